/** Asks hive-c0re for the next lease: one question at a time, which stays open until there is something to do. */
import type { Clock } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { LinkCall } from "../link.ts";
import type { Event } from "./state.ts";

export interface LeaseAskerOptions {
  readonly insist: LinkCall;
  readonly dispatch: (event: Event) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const LEASE_MAX = 20;
const RETRY_MS = 1_000;
/** hive-c0re gives no lease for reasons of its own. */
const REFUSALS = new Set(["limit", "forbidden", "conflict"]);

/** The returned function does nothing while a question is open. */
export function createLeaseAsker(options: LeaseAskerOptions): () => void {
  const { insist, dispatch, clock, log, signal } = options;
  let asking = false;

  const ask = async (): Promise<Event | undefined> => {
    try {
      const { lease } = await insist("lease", { max: LEASE_MAX }, signal);
      return { kind: "lease", lease };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof HiveError && REFUSALS.has(error.code))
        return { kind: "lease_refused", reason: error.message, now: clock.now() };
      log.error({ error }, "hive-c0re gave no lease, asking again");
      await clock.sleep(RETRY_MS, signal).catch(() => {});
      return undefined;
    }
  };

  const untilAnswered = async (): Promise<void> => {
    asking = true;
    let answer: Event | undefined;
    while (answer === undefined && !signal.aborted) answer = await ask();
    // First: what follows from the answer may be the next question.
    asking = false;
    if (answer !== undefined) dispatch(answer);
  };

  return () => {
    if (!asking)
      untilAnswered().catch((error: unknown) => log.error({ error }, "asking for messages failed"));
  };
}
