/** A request over the link that waits out a short absence of hive-c0re, within a bound. */
import { backoff } from "../../src/lib/backoff.ts";
import type { Clock } from "../../src/lib/clock.ts";
import { HiveError } from "../../src/wire/errors.ts";
import type { LinkCall } from "../ag3nt/link.ts";

export interface PatientCallOptions {
  readonly call: LinkCall;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** From the first failure on, milliseconds. */
  readonly patienceMs: number;
}

export function patientCall({ call, clock, signal, patienceMs }: PatientCallOptions): LinkCall {
  return async (key, input, callSignal) => {
    const until = callSignal === undefined ? signal : AbortSignal.any([signal, callSignal]);
    let deadline: number | undefined;
    for (let attempt = 0; ; attempt++) {
      until.throwIfAborted();
      try {
        return await call(key, input, until);
      } catch (error) {
        if (until.aborted || !(error instanceof HiveError) || error.code !== "unavailable") throw error;
        const wait = backoff({ base: 100, cap: 2_000, attempt });
        deadline ??= clock.monotonic() + patienceMs;
        if (clock.monotonic() + wait > deadline) throw error;
        await clock.sleep(wait, until);
      }
    }
  };
}
