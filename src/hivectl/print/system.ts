/** The hive itself: which one, who is logged in, whether it is well. */
import type { HiveInfo } from "../../wire/events.ts";
import type { Finding, Session } from "../../wire/system.ts";
import { REVISION, VERSION } from "../../wire/version.ts";
import { cleanLine, wrap } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { age, dateTime, shortAge, type View } from "./view.ts";

export function printInfo(info: HiveInfo, view: View): string {
  const same = info.version === VERSION && info.revision === REVISION;
  const rows: (readonly [string, Cell | undefined])[] = [
    ["hive", { text: cleanLine(info.hive), tone: "bold" }],
    ["version", `${cleanLine(info.version)} (${cleanLine(info.revision)})`],
    ["hivectl", same ? "" : { text: `${VERSION} (${REVISION}): another build`, tone: "warn" }],
    ["started", `${dateTime(info.started_at)} (${age(info.started_at, view)})`],
    [
      "backend",
      info.isolated
        ? cleanLine(info.backend)
        : { text: `${cleanLine(info.backend)}: agents are not isolated`, tone: "warn" },
    ],
    ["demo", info.demo ? "yes: a simulated model, no account" : ""],
  ];
  return facts(rows, view.paint);
}

export function printLogin(link: { readonly url: string; readonly expires_at: string }, view: View): string {
  const note = `works once, until ${dateTime(link.expires_at)} (${age(link.expires_at, view)})`;
  return `${cleanLine(link.url)}\n${view.paint("dim", note)}`;
}

export function printSessions(sessions: readonly Session[], view: View): string {
  if (sessions.length === 0) return "no browser is logged in";
  const rows = sessions.map((session): Cell[] => [
    { text: session.id, tone: "dim" },
    shortAge(session.created_at, view),
    shortAge(session.last_used_at, view),
    age(session.expires_at, view),
    cleanLine(session.user_agent),
  ]);
  return table(rows, {
    head: ["ID", "AGE", "USED", "ENDS", "BROWSER"],
    width: view.width,
    paint: view.paint,
  });
}

const TONES: Readonly<Record<Finding["level"], Tone>> = { ok: "good", warn: "warn", error: "bad" };

export function printFindings(findings: readonly Finding[], view: View): string {
  const { paint } = view;
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, text, remedy }) => {
    const margin = " ".repeat(9 + width);
    const [first = "", ...more] = wrap(cleanLine(text), view.width - margin.length);
    const line = `${paint(TONES[level], level.padEnd(5))}  ${cleanLine(check).padEnd(width)}  ${first}`;
    // A remedy stays one line: it is there to be copied.
    const next = remedy === undefined ? [] : [`${margin}${paint("dim", `→ ${cleanLine(remedy)}`)}`];
    return [line, ...more.map((each) => margin + each), ...next];
  });
  const bad = findings.filter(({ level }) => level !== "ok").length;
  const sum =
    bad === 0 ? paint("good", "all is well") : paint("warn", `${bad} of ${findings.length} need a look`);
  return [...lines, sum].join("\n");
}
