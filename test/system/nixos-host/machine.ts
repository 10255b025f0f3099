// A host that boots: systemd as process 1 of an nspawn machine over an overlay, with a network of its own. It can be
// entered, rebooted and cut off; at the end nothing of it is left: no process, no mount, no cgroup.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { baseRoot } from "./base-root.ts";

export interface MachineOptions {
  /** `--bind-ro=SOURCE:TARGET` of each. */
  readonly binds: readonly (readonly [source: string, target: string])[];
  /** Puts files into the root before the first boot. */
  readonly prepare: (root: string) => void;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine extends AsyncDisposable {
  /** Process 1 of the machine, as we see it. */
  readonly pid: number;
  /** A path inside, for us. */
  inside(path: string): string;
  /** Runs to its end, within a bound; never throws for its exit code. */
  run(command: readonly string[], timeoutMs?: number): Ran;
  /** Throws unless it ended well; gives what it wrote. */
  must(...command: string[]): string;
  /** Words before a command that is to live in the machine's network. */
  inNetwork(): readonly string[];
  /** Halts in order, or at once as by a power cut, and boots again. */
  reboot(how: "in order" | "power cut"): Promise<void>;
  /** What it printed last. */
  console(): string;
}

const BOOT_MS = 60_000;
const ENV = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C.UTF-8", SYSTEMD_PAGER: "" };

/** Why no such machine can run here. */
export function machineReason(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  if (Bun.which("systemd-nspawn") === null) return "systemd-nspawn is not installed";
  if (cgroupRoots().length === 0) return "there is no cgroup2";
  return undefined;
}

/** Where the machine gets a cgroup of its own; on a hybrid layout in both trees. */
function cgroupRoots(): string[] {
  const base = "/sys/fs/cgroup";
  if (existsSync(join(base, "cgroup.controllers"))) return [base];
  return ["unified", "systemd"].map((name) => join(base, name)).filter((path) => existsSync(path));
}

export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const dir = mkdtempSync(join(tmpdir(), "hive-host-"));
  const name = basename(dir);
  const root = join(dir, "root");
  const logFile = join(dir, "console.log");
  for (const part of ["upper", "work", "root"]) mkdirSync(join(dir, part));
  const layers = `lowerdir=${baseRoot()},upperdir=${join(dir, "upper")},workdir=${join(dir, "work")}`;
  sync(["mount", "-t", "overlay", "overlay", "-o", layers, root]);
  let outer: Bun.Subprocess | undefined;
  let pid = 0;
  const boot = async (): Promise<void> => {
    outer = launch({ name, root, logFile, binds: options.binds });
    pid = await untilBooted(outer);
  };
  const machine: Machine = {
    get pid() {
      return pid;
    },
    inside: (path) => `/proc/${pid}/root${path}`,
    run: (command, timeoutMs = 30_000) => enter(pid, command, timeoutMs),
    must: (...command) => {
      const { code, stdout, stderr } = enter(pid, command, 30_000);
      if (code !== 0) throw new Error(`${command.join(" ")}: exit ${code}: ${stderr}${stdout}`);
      return stdout.trim();
    },
    inNetwork: () => ["nsenter", "--target", String(pid), "--net", "--"],
    console: () => readFileSync(logFile, "utf8").slice(-4_000),
    reboot: async (how) => {
      if (how === "power cut") kill(pid, "SIGKILL");
      else enter(pid, ["systemctl", "--no-block", "reboot"], 10_000);
      await ended(outer, 60_000);
      await boot();
    },
    [Symbol.asyncDispose]: async () => {
      // Process 1 of a pid namespace takes everything in it along.
      if (pid > 0) kill(pid, "SIGKILL");
      outer?.kill("SIGKILL");
      await ended(outer, 20_000).catch(() => {});
      Bun.spawnSync(["umount", "--lazy", root]);
      for (const base of cgroupRoots()) await cgroupGone(join(base, name));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    options.prepare(root);
    await boot();
    return machine;
  } catch (error) {
    const story = existsSync(logFile) ? machine.console() : "";
    await machine[Symbol.asyncDispose]();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story}`, { cause: error });
  }
}

interface Launch {
  readonly name: string;
  readonly root: string;
  readonly logFile: string;
  readonly binds: MachineOptions["binds"];
}

function launch({ name, root, logFile, binds }: Launch): Bun.Subprocess {
  const enterCgroup = cgroupRoots()
    .map((base) => `mkdir -p ${base}/${name} && echo $$ > ${base}/${name}/cgroup.procs`)
    .join(" && ");
  const nspawn = [
    ...["systemd-nspawn", "-D", root, "-M", name, "--register=no", "--keep-unit", "--console=pipe"],
    ...["--capability=all", "--private-network", "--hostname=hivehost", "--link-journal=no", "--quiet"],
    ...binds.map(([source, target]) => `--bind-ro=${source}:${target}`),
    "--boot",
  ];
  const out = openSync(logFile, "a");
  return Bun.spawn(["bash", "-c", `${enterCgroup} && exec "$@"`, "bash", ...nspawn], {
    // Systems of today boot on cgroup2 alone.
    env: { ...ENV, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1" },
    stdin: "ignore",
    stdout: out,
    stderr: out,
  });
}

async function untilBooted(outer: Bun.Subprocess): Promise<number> {
  const deadline = Date.now() + BOOT_MS;
  for (;;) {
    if (outer.exitCode !== null) throw new Error(`the machine ended with ${outer.exitCode}`);
    if (Date.now() > deadline) throw new Error(`the machine did not boot within ${BOOT_MS} ms`);
    const pid = childOf(outer.pid);
    const { stdout } =
      pid === undefined ? { stdout: "" } : enter(pid, ["systemctl", "is-system-running"], 5_000);
    // "degraded": a unit for real hardware failed.
    if (pid !== undefined && ["running", "degraded"].includes(stdout.trim())) return pid;
    await Bun.sleep(50);
  }
}

function childOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return child === undefined || child === "" ? undefined : Number(child);
  } catch {
    return undefined;
  }
}

function enter(pid: number, command: readonly string[], timeout: number): Ran {
  const words = [
    "nsenter",
    "-t",
    String(pid),
    "-m",
    "-u",
    "-i",
    "-n",
    "-p",
    "-C",
    "-r",
    "-w",
    "--",
    ...command,
  ];
  const { exitCode, stdout, stderr } = Bun.spawnSync(words, { env: ENV, stdin: "ignore", timeout });
  return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function sync(command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString().trim()}`);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

async function ended(outer: Bun.Subprocess | undefined, withinMs: number): Promise<void> {
  if (outer === undefined) return;
  const code = await Promise.race([outer.exited, Bun.sleep(withinMs).then(() => undefined)]);
  if (code === undefined) throw new Error(`the machine did not halt within ${withinMs} ms`);
}

/** Its last processes are reaped a moment later than it ended. */
async function cgroupGone(path: string): Promise<void> {
  for (let tries = 0; existsSync(path) && tries < 100; tries++) {
    removeCgroup(path);
    if (existsSync(path)) await Bun.sleep(50);
  }
}

/** Children first: only an empty one can go. */
function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  try {
    rmdirSync(path);
  } catch {
    // Not empty yet.
  }
}
