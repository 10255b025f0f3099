/** Who descends from whom, and what a tree of processes uses (Linux, /proc). */
import { readdirSync, readFileSync } from "node:fs";
import { type ProcessIdentity, processIdentity } from "../../platform/process.ts";
import type { RunStats } from "./backend.ts";

/** proc_pid_stat(5), counted after the command's closing bracket. */
const FIELD = { parent: 1, utime: 11, stime: 12, rssPages: 21 } as const;
/** sysconf(_SC_CLK_TCK) and the page size are these on every Linux we run on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
  readonly rssPages: number;
}

function readEntry(pid: number): Entry | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (index: number): number => Number(fields[index]);
    return {
      pid,
      parent: at(FIELD.parent),
      cpuTicks: at(FIELD.utime) + at(FIELD.stime),
      rssPages: at(FIELD.rssPages),
    };
  } catch {
    return undefined;
  }
}

function allProcesses(): Entry[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(Number.isInteger)
    .map(readEntry)
    .filter((entry) => entry !== undefined);
}

export function childrenOf(pid: number): readonly ProcessIdentity[] {
  return allProcesses()
    .filter((entry) => entry.parent === pid)
    .map((entry) => processIdentity(entry.pid))
    .filter((identity) => identity !== undefined);
}

export function treeStats(roots: readonly number[]): RunStats {
  const all = allProcesses();
  const inside = new Set(roots);
  for (let grown = true; grown; ) {
    const before = inside.size;
    for (const { pid, parent } of all) if (inside.has(parent)) inside.add(pid);
    grown = inside.size > before;
  }
  const tree = all.filter(({ pid }) => inside.has(pid));
  const sum = (pick: (entry: Entry) => number): number =>
    tree.reduce((total, entry) => total + pick(entry), 0);
  return {
    processes: tree.length,
    rssBytes: sum((entry) => entry.rssPages) * PAGE_BYTES,
    cpuSeconds: sum((entry) => entry.cpuTicks) / TICKS_PER_SECOND,
  };
}
