/** Tells when the kernel ended something of an agent that had used up its memory: the agent itself goes on. */
import type { Clock } from "../../lib/clock.ts";
import type { Writer } from "../db/tx.ts";
import type { Timeline } from "../services.ts";
import type { Backend, Run } from "./backend.ts";

export interface MemoryWatchOptions {
  readonly timeline: Pick<Timeline, "append">;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** Something that is killed over and over is told once in this time, with how often. */
const AGAIN_MS = 60_000;

interface Seen {
  readonly owner: string;
  count: number;
  toldAt: number;
}

/** To be called now and then with each run. */
export function watchMemory({ timeline, writer, clock }: MemoryWatchOptions) {
  const seen = new Map<string, Seen>();
  return async (backend: Backend, run: Run): Promise<void> => {
    const { agent, owner } = run;
    const count = backend.oomKills?.(run);
    if (count === undefined) return;
    const before = seen.get(agent);
    const now = clock.monotonic();
    if (before?.owner !== owner) {
      // What was counted before a restart of the daemon was told by the one before.
      seen.set(agent, { owner, count, toldAt: Number.NEGATIVE_INFINITY });
      return;
    }
    const kills = count - before.count;
    if (kills <= 0 || now - before.toldAt < AGAIN_MS) return;
    Object.assign(before, { count, toldAt: now });
    const what = kills === 1 ? "a process" : `${kills} processes`;
    const text = `agent "${agent}" is out of memory: the kernel ended ${what} of it`;
    await writer.write((tx) => timeline.append(tx, { type: "notice", level: "warn", agent, text }));
  };
}
