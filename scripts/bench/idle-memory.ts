/**
 * Memory and wake-ups of an idle hive: the daemon and two harnesses whose claude has left memory, against an empty
 * Bun.serve compiled the same way, in the same run. `bun scripts/bench/idle-memory.ts [SECONDS]`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHive } from "../../test/support/start-hive.ts";
import { printRows, type Row } from "./report.ts";

const seconds = Number(process.argv[2] ?? 60);
/** The collector's helper thread settles in this time (measured: about half a minute). */
const SETTLE_MS = 30_000;

interface Idle {
  readonly rssMb: number;
  readonly pssMb: number;
  readonly privateMb: number;
}

function memoryOf(pid: number): Idle {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const own = kb("Private_Clean") + kb("Private_Dirty");
  return { rssMb: kb("Rss") / 1024, pssMb: kb("Pss") / 1024, privateMb: own / 1024 };
}

/** Of each thread there is: one that ends takes its count along. */
function switchesOf(pid: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const task of new Bun.Glob("*/status").scanSync({ cwd: `/proc/${pid}/task` })) {
    const text = readFileSync(`/proc/${pid}/task/${task}`, "utf8");
    let sum = 0;
    for (const [, count] of text.matchAll(/ctxt_switches:\s+(\d+)/g)) sum += Number(count);
    counts.set(task, sum);
  }
  return counts;
}

/** Since `before`, by the threads that are still there: the least it can have been. */
function switchesSince(pid: number, before: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [task, count] of switchesOf(pid)) sum += count - (before.get(task) ?? 0);
  return sum;
}

function cpuTicksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function emptyServer(folder: string): Promise<Bun.Subprocess> {
  const source = join(folder, "empty.ts");
  writeFileSync(source, 'Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });\n');
  const build = Bun.spawnSync(
    [
      process.execPath,
      "build",
      "--compile",
      "--production",
      "--minify",
      "--bytecode",
      "--format=esm",
      source,
      "--outfile",
      join(folder, "empty"),
    ],
    { stdout: "ignore", stderr: "pipe" },
  );
  if (build.exitCode !== 0) throw new Error(build.stderr.toString());
  return Bun.spawn([join(folder, "empty")], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
}

const scratch = mkdtempSync(join(tmpdir(), "hive-idle-"));
const empty = await emptyServer(scratch);
try {
  await using hive = await startHive({
    agents: [
      { name: "alice", config: { warm_seconds: 0 } },
      { name: "bob", config: { warm_seconds: 0 } },
    ],
  });
  const harness = hive.processes.harness("alice")[0]?.pid;
  if (hive.corePid === undefined || harness === undefined) throw new Error("the hive is not there");
  const pids = { "empty Bun.serve": empty.pid, "hive-c0re": hive.corePid, "hive-ag3nt": harness };
  await Bun.sleep(SETTLE_MS);
  const before = Object.values(pids).map((pid) => [switchesOf(pid), cpuTicksOf(pid)] as const);
  await Bun.sleep(seconds * 1000);
  const base = memoryOf(empty.pid);
  const rows = Object.entries(pids).flatMap(([name, pid], index): Row[] => {
    const memory = memoryOf(pid);
    const switches = switchesSince(pid, before[index]?.[0] ?? new Map());
    const ticks = cpuTicksOf(pid) - (before[index]?.[1] ?? 0);
    return [
      { what: `${name}: RSS`, value: `${memory.rssMb.toFixed(1)} MB`, ratio: memory.rssMb / base.rssMb },
      { what: `${name}: PSS`, value: `${memory.pssMb.toFixed(1)} MB`, ratio: memory.pssMb / base.pssMb },
      {
        what: `${name}: private`,
        value: `${memory.privateMb.toFixed(1)} MB`,
        ratio: memory.privateMb / base.privateMb,
      },
      { what: `${name}: context switches`, value: `${((switches * 60) / seconds).toFixed(0)} /min` },
      { what: `${name}: processor`, value: `${((ticks * 10) / seconds).toFixed(2)} ms/s` },
    ];
  });
  printRows(`idle for ${seconds} s, two agents, claude not in memory`, rows);
} finally {
  empty.kill();
  rmSync(scratch, { recursive: true, force: true });
}
