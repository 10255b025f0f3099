/**
 * `hivectl list` against an empty compiled program, in one run and turn by turn, so that the ratio is about us and
 * not about the machine. Usage: scripts/bench/run hivectl-list, or bun scripts/bench/hivectl-list.ts [--runs N]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readLines } from "../../src/platform/json-lines.ts";
import { listenUnix } from "../../src/platform/unix-socket.ts";
import { COMPILE_OPTIONS } from "../lib/build-executable.ts";
import { DIST, ROOT } from "../lib/paths.ts";
import { median, printRows } from "./report.ts";

/** DESIGN.md §12. */
const GOAL = 1.5;

const { values } = parseArgs({ options: { runs: { type: "string", default: "60" } } });
const HIVECTL = join(DIST, "hivectl");
const runs = Number(values.runs);
const directory = mkdtempSync(join(tmpdir(), "hivectl-bench-"));

async function compile(entry: string, name: string): Promise<string> {
  const out = join(directory, name);
  const options = COMPILE_OPTIONS.filter((option) => !option.startsWith("--asset"));
  const child = Bun.spawn([process.execPath, "build", ...options, entry, "--outfile", out], {
    cwd: ROOT,
    env: process.env,
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error(`"${entry}" does not compile`);
  return out;
}

function agentRow(name: string) {
  return {
    name,
    role: "agent",
    backend: "bubblewrap",
    isolated: true,
    created_at: "2026-11-23T00:00:00.000Z",
    expected: "running",
    process: "running",
    restarts: 0,
    connected: true,
    state: { kind: "idle" },
    state_since: new Date().toISOString(),
    paused: false,
    web_port: 8100,
    queued: 0,
    in_turn: 0,
    pending_reminders: 0,
    cost_today_usd: 0.12,
  };
}

async function timeOnce(argv: readonly string[], socket: string): Promise<number> {
  const start = performance.now();
  const child = Bun.spawn([...argv], {
    env: { HIVE_SOCKET: socket, PATH: process.env["PATH"] ?? "" },
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error(`"${argv.join(" ")}" failed`);
  return performance.now() - start;
}

try {
  const emptySource = join(directory, "empty.ts");
  writeFileSync(emptySource, "");
  const empty = await compile(emptySource, "empty");
  const answer = `${JSON.stringify({ version: 1, ok: true, agents: ["hm1nd", "alice", "bob"].map(agentRow) })}\n`;
  await using server = await listenUnix({
    path: join(directory, "host.sock"),
    onConnection: async (conn) => {
      for await (const _line of readLines(conn)) conn.write(answer);
      conn.end();
    },
  }).then((listener) => ({ path: listener.path, [Symbol.asyncDispose]: () => listener.close() }));
  const times = { empty: [] as number[], version: [] as number[], list: [] as number[] };
  for (let run = -5; run < runs; run++) {
    const round = {
      empty: await timeOnce([empty], server.path),
      version: await timeOnce([HIVECTL, "--version"], server.path),
      list: await timeOnce([HIVECTL, "list"], server.path),
    };
    // The first ones warm the page cache.
    if (run < 0) continue;
    for (const name of ["empty", "version", "list"] as const) times[name].push(round[name]);
  }
  const base = median(times.empty);
  const row = (what: string, samples: readonly number[]) => ({
    what,
    value: `${median(samples).toFixed(1)} ms`,
    ratio: median(samples) / base,
    met: median(samples) / base <= GOAL,
  });
  printRows(`hivectl against an empty compiled program (median of ${runs})`, [
    { what: "empty program", value: `${base.toFixed(1)} ms` },
    row("hivectl --version", times.version),
    row("hivectl list", times.list),
  ]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
