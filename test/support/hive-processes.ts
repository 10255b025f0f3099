// Processes of one test hive as the kernel lists them. Each carries the hive's tag in its environment, or the owner
// tag of an agent's start (bash commands of an agent), so that a test sees and ends its own only.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Name of the variable that tags a test hive: claude and harness pass everything that begins so. */
export const TAG = "CLAUDE_HIVE_TEST";

export interface HiveProcess {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly env: Readonly<Record<string, string>>;
}

function readProcess(pid: number): HiveProcess | undefined {
  try {
    const words = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0").filter(Boolean);
    const env = words("environ").map((entry): [string, string] => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    });
    const { state, parent } = readStat(pid);
    if (state === "Z") return undefined;
    return {
      pid,
      parent,
      argv: words("cmdline"),
      exe: readlinkSync(`/proc/${pid}/exe`),
      env: Object.fromEntries(env),
    };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** proc_pid_stat(5); the command may contain blanks and brackets of its own. */
function readStat(pid: number): { state: string | undefined; parent: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, parent: Number(parent) };
}

export function allProcesses(): readonly HiveProcess[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .map(readProcess)
    .filter((each) => each !== undefined);
}

export interface HiveProcesses {
  /** Everything of the hive's agents: harnesses, claudes, their commands. */
  all(): readonly HiveProcess[];
  harness(agent: string): readonly HiveProcess[];
  /** Only claude's main process, not what it starts. */
  claudes(agent?: string): readonly HiveProcess[];
  /** Ends whatever is left, children of agents too. Gives how many there were. */
  killAll(): number;
}

export function hiveProcesses(tag: string): HiveProcesses {
  // A command of an agent has no tag of ours; it is known by the owner tag of the harness that ran it.
  const owners = new Set<string>();

  const all = (): readonly HiveProcess[] => {
    const listed = allProcesses();
    const tagged = listed.filter(({ env }) => env[TAG] === tag);
    for (const { env } of tagged) if (env["HIVE_OWNER"] !== undefined) owners.add(env["HIVE_OWNER"]);
    return listed.filter(({ env }) => env[TAG] === tag || owners.has(env["HIVE_OWNER"] ?? ""));
  };
  const isClaude = ({ argv, env }: HiveProcess): boolean =>
    env["HIVE_CLAUDE_OF"] !== undefined && argv.includes("--input-format");
  const isHarness = ({ argv, env, exe }: HiveProcess): boolean =>
    env["HIVE_CLAUDE_OF"] === undefined && !exe.endsWith("/bwrap") && argv.includes("serve");
  return {
    all,
    harness: (agent) => all().filter((each) => isHarness(each) && each.env["HIVE_AGENT"] === agent),
    claudes: (agent) => {
      const found = all().filter(
        (each) => isClaude(each) && (agent === undefined || each.env["HIVE_AGENT"] === agent),
      );
      const pids = new Set(found.map(({ pid }) => pid));
      // A child of claude looks like its parent until it has executed something.
      return found.filter(({ parent }) => !pids.has(parent));
    },
    killAll: () => {
      let killed = 0;
      // One that forks while it is killed needs another round.
      for (let round = 0; round < 20; round += 1) {
        const left = all();
        if (left.length === 0) break;
        for (const { pid } of left) killed += kill9(pid) ? 1 : 0;
        Bun.sleepSync(10);
      }
      return killed;
    },
  };
}

/** False when there is no such process any more. */
export function kill9(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
