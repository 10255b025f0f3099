/**
 * Summarising the conversation. claude offers it as a slash command only, which is off in turns (it would make
 * commands of messages), so it is a short process of its own on the same conversation.
 */
import type { Clock } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { Keeper } from "../claude/keeper.ts";
import type { Sessions } from "../claude/session.ts";
import { usageCount } from "../usage.ts";
import { openTalk, type TalkEvent, type TurnJournal } from "./talk.ts";

export interface CompactOptions {
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly journal: TurnJournal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly uuid: () => string;
  readonly signal: AbortSignal;
}

/** A summary of a whole context window takes the model minutes. */
const MOST_MS = 600_000;

function problem(event: TalkEvent): string | undefined {
  if (event.kind === "result") return event.result.is_error ? (event.result.result ?? "an error") : undefined;
  if (event.kind === "exit") return event.exit.stderr || "claude ended";
  return event.kind === "cut" ? "it was interrupted" : "claude said nothing for too long";
}

/** What happened is in the journal; never rejects for claude's reasons. */
export async function compactSession(options: CompactOptions): Promise<void> {
  const { keeper, sessions, journal, clock, log, uuid, signal } = options;
  if (!sessions.exists()) {
    journal.append({ kind: "notice", level: "info", text: "there is no conversation to summarise yet" });
    return;
  }
  const running = await keeper.take({ slashCommands: true });
  const usage = usageCount(0);
  const quiet = { onRead: () => {}, onAnswer: () => {}, onActivity: () => {}, onInit: () => {} };
  const talk = openTalk({
    running,
    journal,
    usage,
    clock,
    log,
    uuid,
    idleMs: MOST_MS,
    busy: () => false,
    ...quiet,
  });
  const cut = (): void => talk.cut();
  signal.addEventListener("abort", cut, { once: true });
  try {
    talk.say("/compact", []);
    let event = await talk.next();
    // Tools are not needed to summarise.
    while (event.kind === "servers_failed") event = await talk.next();
    const failed = problem(event);
    if (failed !== undefined)
      journal.append({
        kind: "notice",
        level: "warn",
        text: `the conversation was not summarised: ${failed}`,
      });
    if (event.kind === "result") await keeper.retire();
    else await keeper.stop();
  } finally {
    signal.removeEventListener("abort", cut);
    talk.close();
    keeper.release();
  }
}
