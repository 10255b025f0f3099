/** An operation as it goes on: whole at first, then each change with the lines that are new. */
import type { Operation } from "../../wire/operations.ts";

/** One that is not over. */
export interface Watched {
  readonly watchers: Set<() => void>;
  /** With the lines of its log from a number on. */
  show(from: number): Operation;
}

export interface WatchOptions {
  readonly id: string;
  readonly signal: AbortSignal;
  /** With its log; throws `not_found`. */
  readonly get: (id: string) => Operation;
  readonly find: (id: string) => Watched | undefined;
}

/** Until it ended; a slow reader skips states that lie between, and no line that is still kept. */
export async function* watchOperation({ id, signal, get, find }: WatchOptions): AsyncGenerator<Operation> {
  let from = 0;
  let shown = "";
  while (!signal.aborted) {
    const running = find(id);
    const changed = nextChange(running, signal);
    const operation = running?.show(from) ?? ended(get(id), from);
    const state = JSON.stringify({ ...operation, log: [], log_lines: 0 });
    if (state !== shown || operation.log.length > 0) yield operation;
    shown = state;
    from = operation.log_lines;
    if (operation.state !== "running" || running === undefined) return;
    await changed;
  }
}

function ended(operation: Operation, from: number): Operation {
  return { ...operation, log: operation.log.filter(({ n }) => n >= from) };
}

function nextChange(running: Watched | undefined, signal: AbortSignal): Promise<void> {
  if (running === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      running.watchers.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    running.watchers.add(done);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
