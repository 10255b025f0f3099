/** What a daemon is made from. */
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Env, Settings } from "./settings.ts";

export interface HiveOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Env;
  /** Aborted when the daemon is told to stop: ends a start that still waits for something. */
  readonly signal?: AbortSignal;
}
