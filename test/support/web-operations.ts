// Slow work of the cardboard hive: operations with a log that those who watch them get as it grows.
import { HiveError } from "../../src/wire/errors.ts";
import type { Operation } from "../../src/wire/operations.ts";
import { follow, type Stream } from "./web-sse.ts";

/** One that has begun just now. */
export function startedOperation(
  id: string,
  more: Partial<Operation> & Pick<Operation, "kind" | "agent">,
): Operation {
  const started_at = new Date().toISOString();
  return { id, state: "running", step: "waiting", started_at, log_lines: 0, log: [], ...more };
}

export interface OperationWatches {
  open(id: string, request: Request): Response;
  /** The operation is another one now. */
  changed(id: string): void;
  say(id: string, ...lines: readonly string[]): void;
  streams(): readonly Stream[];
}

export function operationWatches(
  known: readonly Operation[],
  find: (id: string) => Operation | undefined,
): OperationWatches {
  const watches = new Map<string, Set<Stream>>();
  const logs = new Map(known.map(({ id, log }) => [id, [...log]]));
  const tell = (id: string, log: Operation["log"]): void => {
    const operation = find(id);
    if (operation === undefined) return;
    const log_lines = logs.get(id)?.length ?? 0;
    for (const stream of watches.get(id) ?? []) stream.send({ operation: { ...operation, log_lines, log } });
  };
  return {
    open: (id, request) => {
      const operation = find(id);
      if (operation === undefined) throw new HiveError("not_found", `operation "${id}" does not exist`);
      const streams = watches.get(id) ?? new Set<Stream>();
      watches.set(id, streams);
      const log = logs.get(id) ?? [];
      return follow(streams, request, (send) =>
        send({ operation: { ...operation, log_lines: log.length, log } }),
      );
    },
    changed: (id) => tell(id, []),
    say: (id, ...lines) => {
      const log = logs.get(id) ?? [];
      logs.set(id, log);
      const at = new Date().toISOString();
      const fresh = lines.map((line, i) => ({ n: log.length + i, at, line }));
      log.push(...fresh);
      tell(id, fresh);
    },
    streams: () => [...watches.values()].flatMap((streams) => [...streams]),
  };
}
