/** How long to wait before the next try. Pure; who waits brings the clock. */

export interface BackoffOptions {
  /** Milliseconds before the first retry. */
  readonly base: number;
  /** Growth from one retry to the next; 2 when absent. */
  readonly factor?: number;
  /** Longest wait, milliseconds. */
  readonly cap: number;
  /** 0 for the first retry. */
  readonly attempt: number;
  /** Share of the wait that is random, 0 (the default) to 1: spreads a herd, never lengthens the wait. */
  readonly jitter?: number;
  readonly random?: () => number;
}

export function backoff(options: BackoffOptions): number {
  const { base, factor = 2, cap, attempt, jitter = 0, random = Math.random } = options;
  const grown = Math.min(cap, base * factor ** attempt);
  return Math.round(grown * (1 - jitter * random()));
}

export interface RetryLadderOptions {
  readonly tries?: number;
  readonly base?: number;
  readonly factor?: number;
  readonly cap?: number;
}

/**
 * The waits between `tries` tries, so one fewer than tries.
 * The defaults are the listen ladder: 12 tries, 1 s then 2 s each, 21 s in all.
 */
export function retryLadder(options: RetryLadderOptions = {}): readonly number[] {
  const { tries = 12, base = 1_000, factor = 2, cap = 2_000 } = options;
  return Array.from({ length: Math.max(0, tries - 1) }, (_, attempt) =>
    backoff({ base, factor, cap, attempt }),
  );
}
