/** The end of a turn: into the journal first, then to hive-c0re, until it has heard it. */
import { HiveError } from "../../../src/wire/errors.ts";
import type { JournalData } from "../../../src/wire/journal.ts";
import type { TurnUsage } from "../../../src/wire/usage.ts";
import { markRead, type TurnContext } from "./context.ts";
import { turnDigest } from "./digest.ts";
import type { TurnEnd } from "./state.ts";

type JournalEnd = Extract<JournalData, { kind: "turn_end" }>;

/** `before`: the end is in the journal already. */
export async function finishTurn(context: TurnContext, end: TurnEnd, before?: JournalEnd): Promise<TurnEnd> {
  const { clock, journal, log } = context;
  context.over = true;
  const usage = before?.usage ?? context.usage.total(clock.monotonic() - context.startedAt);
  const { lease_id, outcome } = end;
  const reason = end.reason?.slice(0, 2_000);
  try {
    if (before === undefined) journal.append({ kind: "turn_end", lease_id, outcome, reason, usage });
  } catch (error) {
    // A full disk: hive-c0re still must hear how it ended.
    log.error({ error, lease_id }, "the end of the turn could not be stored");
  }
  // An interrupted batch counts as handled, also where claude had not come to read it.
  if (outcome === "interrupted" && before === undefined)
    markRead(
      context,
      context.lease.messages.map((m) => m.id),
    );
  await Promise.all(context.reads);
  await tellCore(context, { ...end, reason }, usage);
  return end;
}

async function tellCore(context: TurnContext, end: TurnEnd, usage: TurnUsage | undefined): Promise<void> {
  const { insist, log, messages, answers } = context;
  const { lease_id, outcome, reason, retry_at } = end;
  const digest = turnDigest({ messages, answers });
  const until = retry_at === undefined ? {} : { retry_at: new Date(retry_at).toISOString() };
  try {
    await insist("finish", { lease_id, outcome, reason, digest, usage, ...until }).catch(
      async (error: unknown) => {
        if (!(error instanceof HiveError) || error.code !== "invalid") throw error;
        // What we say about the turn is not understood; that it ended must be, or the batch comes back for ever.
        log.error({ error, lease_id }, "the account of the turn was refused, telling its end alone");
        await insist("finish", { lease_id, outcome });
      },
    );
  } catch (error) {
    // Refused for good (the lease is someone else's by now), or we are stopping: the journal knows the end.
    log.warn({ error, lease_id, outcome }, "the end of the turn was not taken");
  }
}
