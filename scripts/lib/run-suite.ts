/** One `bun test`, shown as it runs, bounded in time, with nothing left running behind it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { reportOf, type SuiteReport } from "./test-report.ts";
import type { Suite } from "./test-suites.ts";

export async function runSuite(suite: Suite): Promise<SuiteReport> {
  const folder = mkdtempSync(join(tmpdir(), "hive-junit-"));
  try {
    const junitFile = join(folder, "junit.xml");
    const files = suite.files.map((path) => `./${path}`);
    const options = [`--timeout=${suite.timeoutSeconds * 1000}`, "--only-failures"];
    const reporter = ["--reporter=junit", `--reporter-outfile=${junitFile}`];
    const command = [process.execPath, "test", ...options, ...reporter, ...files];
    const ended = await runBounded([...ownNetwork(), ...command], suite.boundMinutes);
    const junit = existsSync(junitFile) ? readFileSync(junitFile, "utf8") : "";
    return reportOf({ suite: suite.name, junit, ...ended });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let prefix: readonly string[] | undefined;

/**
 * A network namespace with only loopback, where root may make one: no test reaches a network, and another hive on
 * this machine cannot hold the ports that follow from agents' names.
 */
function ownNetwork(): readonly string[] {
  const wanted = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  prefix ??= canRun([...wanted, "true"]) ? wanted : [];
  return prefix;
}

function canRun(command: readonly string[]): boolean {
  try {
    return Bun.spawnSync([...command], { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  } catch {
    // The program itself is missing.
    return false;
  }
}

interface Run {
  readonly code: number;
  readonly output: string;
  readonly cut?: string | undefined;
}

export async function runBounded(command: readonly string[], boundMinutes: number): Promise<Run> {
  // Own process group, so that a run that hangs is ended with everything it started.
  const child = Bun.spawn([...command], {
    cwd: ROOT,
    env: { ...process.env, CI: "true" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  let cut: string | undefined;
  const end = (signal: NodeJS.Signals): void => endGroup(child.pid, signal);
  const bound = setTimeout(() => {
    cut = `still running after ${boundMinutes} minutes, so it was ended`;
    end("SIGKILL");
  }, boundMinutes * 60_000);
  const interrupted = (): void => {
    end("SIGTERM");
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  // A stray that left the group may hold the pipes open for ever: the end of the run is the end of bun test.
  const tails = [tee(child.stdout, process.stdout), tee(child.stderr, process.stderr)];
  const code = await child.exited;
  // What a test forgot to end.
  end("SIGKILL");
  await Promise.race([Promise.all(tails.map(({ done }) => done)), Bun.sleep(2000)]);
  clearTimeout(bound);
  process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  return { code, output: tails.map(({ text }) => text()).join("\n"), cut };
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

function tee(
  from: ReadableStream<Uint8Array>,
  to: NodeJS.WriteStream,
): { done: Promise<void>; text: () => string } {
  let seen = "";
  const decoder = new TextDecoder();
  const done = (async () => {
    for await (const chunk of from) {
      to.write(chunk);
      seen += decoder.decode(chunk, { stream: true });
    }
  })();
  return { done, text: () => seen };
}
