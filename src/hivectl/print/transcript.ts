/** An agent's turns as a person reads them: who wrote, what was said, which tools ran, what it cost. */
import { assertNever } from "../../lib/assert-never.ts";
import { formatDuration } from "../../lib/duration.ts";
import { toolAnswer } from "../../lib/tool-answer.ts";
import type { JournalData, JournalEvent, JournalFrame } from "../../wire/journal.ts";
import { clean, cleanLine, fit, indent, wrap } from "./clean.ts";
import { shortName, toolLine } from "./tool-line.ts";
import { clockTime, count, money, plural, type View } from "./view.ts";

export interface TranscriptOptions {
  readonly agent: string;
  readonly thinking: boolean;
}

/** Lines of a tool's result that are shown; an error is shown longer. */
const RESULT_LINES = 4;
const ERROR_LINES = 12;
const READING_WIDTH = 100;

interface Pen {
  readonly view: View;
  readonly width: number;
  readonly agent: string;
  readonly thinking: boolean;
  /** Calls that wait for their result, by id. */
  readonly open: Map<string, OpenCall>;
}

interface OpenCall {
  readonly name: string;
  /** The subagent's call that made it. */
  readonly parent: string | undefined;
  /** Made together with others: their results need their names. */
  among: boolean;
}

/** Frames in, text out; nothing for what is not shown. */
export function createTranscriptPrinter(
  view: View,
  options: TranscriptOptions,
): (frame: JournalFrame) => string | undefined {
  const pen: Pen = { view, width: Math.min(view.width, READING_WIDTH), open: new Map(), ...options };
  return (frame) => {
    if (frame.type === "delta") return undefined;
    if (frame.type === "gap") {
      return view.paint("warn", `-- events ${frame.after + 1} to ${frame.seq} are no longer stored`);
    }
    return eventText(frame.event, pen);
  };
}

function eventText(event: JournalEvent, pen: Pen): string | undefined {
  const { data } = event;
  const text = dataText(data, event, pen);
  if (text === undefined) return undefined;
  const inside = "parent_tool_use_id" in data && data.parent_tool_use_id !== undefined;
  return inside ? indent(text.split("\n"), "    ") : text;
}

function dataText(data: JournalData, { at }: JournalEvent, pen: Pen): string | undefined {
  const { paint } = pen.view;
  switch (data.kind) {
    case "turn_start":
      return turnStart(data, at, pen);
    case "message_in":
      return said(data.from, data.body, pen);
    case "text":
      return said(pen.agent, data.text, pen);
    case "thinking":
      return pen.thinking
        ? indent(
            wrap(clean(data.text), pen.width - 4).map((line) => paint("dim", line)),
            "  ~ ",
          )
        : undefined;
    case "tool_use":
      openCall(data, pen);
      return `  ${paint("accent", "▸")} ${toolLine(data, { width: pen.width - 4, paint })}`;
    case "tool_result":
      return toolResult(data, pen);
    case "bash_output":
      // It comes again, whole, as the tool's result.
      return undefined;
    case "todos":
      return (
        data.todos
          .map(({ text, state }) => `  ${{ open: "☐", doing: "◐", done: "☑" }[state]} ${cleanLine(text)}`)
          .join("\n") || undefined
      );
    case "state":
      return stateText(data.state, pen);
    case "notice": {
      const tone = { info: "dim", warn: "warn", error: "bad" } as const;
      return paint(tone[data.level], `-- ${cleanLine(data.text)}`);
    }
    case "turn_end":
      pen.open.clear();
      return turnEnd(data, at, pen);
    case "raw":
      return paint("dim", `  ? ${fit(cleanLine(data.line), pen.width - 4)}`);
    default:
      return assertNever(data);
  }
}

function rule(text: string, { width, view }: Pen): string {
  return view.paint("dim", `── ${text} ${"─".repeat(Math.max(2, width - text.length - 4))}`);
}

type Of<K extends JournalData["kind"]> = Extract<JournalData, { kind: K }>;

function turnStart({ session, attempt, messages }: Of<"turn_start">, at: string, pen: Pen): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const conversation = {
    new: "new conversation",
    resumed: "resumed",
    warm: "warm",
    lost: "conversation lost, begun anew",
  };
  const head = rule(`turn at ${clockTime(at)}, ${conversation[session]}${again}`, pen);
  return [head, ...messages.map(({ from, body }) => said(from, body, pen))].join("\n");
}

function turnEnd({ outcome, reason, usage }: Of<"turn_end">, at: string, pen: Pen): string {
  const why = reason === undefined ? "" : `: ${cleanLine(reason)}`;
  const cost =
    usage === undefined
      ? ""
      : `, ${formatDuration(usage.duration_ms)}, ${count(usage.output_tokens)} tokens out, ${money(usage.cost_usd)}`;
  const line = rule(`${outcome === "ok" ? "done" : outcome} at ${clockTime(at)}${cost}`, pen);
  return why === "" ? line : `${line}\n${pen.view.paint("bad", fit(`   ${outcome}${why}`, pen.width))}`;
}

function said(who: string, text: string, { agent, width, view }: Pen): string {
  const name = view.paint(who === agent ? "good" : "bold", cleanLine(who));
  return `${name}\n${indent(wrap(clean(text).trim(), width - 2), "  ")}`;
}

function openCall({ tool_use_id, name, parent_tool_use_id: parent }: Of<"tool_use">, { open }: Pen): void {
  const others = [...open.values()].filter((call) => call.parent === parent);
  for (const other of others) other.among = true;
  open.set(tool_use_id, { name, parent, among: others.length > 0 });
}

function toolResult(data: Of<"tool_result">, pen: Pen): string | undefined {
  const { view } = pen;
  const { name = "", among = false } = pen.open.get(data.tool_use_id) ?? {};
  pen.open.delete(data.tool_use_id);
  const lines = resultLines(data, name, pen);
  if (lines.length === 0) return undefined;
  // Of calls made together, the results say which is whose.
  return indent(among ? [view.paint("dim", `${shortName(name)}:`), ...lines] : lines, "    ");
}

function resultLines(
  { text, is_error: isError, truncated }: Of<"tool_result">,
  name: string,
  { width, view }: Pen,
): readonly string[] {
  const told = isError ? undefined : toldAnswer(name, text, view);
  if (told !== undefined) return told;
  const most = isError ? ERROR_LINES : RESULT_LINES;
  const lines = clean(text).replace(COMMAND_ID, "[").trim().split("\n");
  if (lines.length === 1 && lines[0] === "") return [];
  const tone = isError ? "bad" : "dim";
  const shown = lines
    .slice(0, most)
    .map((line) => view.paint(tone, fit(line.replaceAll("\t", "  "), width - 6)));
  const hidden = lines.length - shown.length;
  const cut = truncated === true ? " and what the journal did not keep" : "";
  const more =
    hidden > 0 || truncated === true ? [view.paint("dim", `… ${plural(hidden, "more line")}${cut}`)] : [];
  return [...shown, ...more];
}

/** In `[command 01J…: exit code 0, 1s]` the id tells a person nothing. */
const COMMAND_ID = /\[command \S+: (?=[^\n]*\]\s*$)/;

/** Our own tools, as the web pages tell them. */
function toldAnswer(name: string, result: string, { paint }: View): readonly string[] | undefined {
  const verb = /^mcp__hyperhive__(.+)$/.exec(name)?.[1];
  const answer = verb === undefined ? undefined : toolAnswer(verb, result);
  switch (answer?.kind) {
    case "nothing":
      return [];
    case "sentence":
      return [paint("dim", answer.text)];
    case "quote":
      return [`${paint("good", "→")} ${cleanLine(answer.from)}: ${cleanLine(answer.text)}`];
    default:
      return undefined;
  }
}

function stateText(state: Of<"state">["state"], { view }: Pen): string | undefined {
  switch (state.kind) {
    case "needs_login":
    case "budget_exhausted":
    case "failed":
      return view.paint("bad", `-- ${state.kind.replace("_", " ")}: ${cleanLine(state.reason)}`);
    case "rate_limited":
      return view.paint(
        "warn",
        `-- rate limited until ${clockTime(state.until)}: ${cleanLine(state.reason)}`,
      );
    case "paused":
    case "compacting":
      return view.paint("dim", `-- ${state.kind}`);
    default:
      return undefined;
  }
}
