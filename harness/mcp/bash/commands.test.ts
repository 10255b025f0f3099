import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/platform/log.ts";
import { findByEnvTag } from "../../../src/platform/process.ts";
import type { JournalData } from "../../../src/wire/journal.ts";
import { commandTag } from "./command-env.ts";
import { type Commands, createCommands } from "./commands.ts";
import { OUTPUT_LIMITS, readPart } from "./output.ts";

let stateDir: string;
let commands: Commands;
let journaled: JournalData[];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "hive-bash-"));
  journaled = [];
  commands = createCommands({
    stateDir,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: stateDir,
      ANTHROPIC_API_KEY: "sk-ant-api-secret",
      CLAUDE_CODE_OAUTH_TOKEN: "oauth-secret",
      HIVE_MCP_TOKEN: "hive-secret",
      AWS_SECRET_ACCESS_KEY: "aws-secret",
    },
    journal: { append: (data) => journaled.push(data) },
    clock: systemClock,
    log: silentLogger,
  });
});
afterEach(async () => {
  await commands.killAll("the test ended");
  rmSync(stateDir, { recursive: true, force: true });
});

async function run(command: string, timeoutMs?: number) {
  const started = await commands.start({ command, timeoutMs });
  const end = await started.done;
  return { started, end, text: started.output.summary() };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("it did not happen within 5 s");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("commands", () => {
  test("give both streams, the exit code, and each piece to the journal", async () => {
    const { end, text } = await run("echo out; echo err >&2; echo dev > /dev/stderr; pwd; exit 3");
    expect(end).toEqual({ how: "exited", code: 3 });
    for (const part of ["out\n", "err\n", "dev\n", `${stateDir}\n`]) expect(text).toContain(part);
    const streams = journaled.map((data) => (data.kind === "bash_output" ? data.stream : data.kind));
    expect(new Set(streams)).toEqual(new Set(["stdout", "stderr"]));
  });

  test("see no secret of the harness, and none that they print is passed on", async () => {
    const { text } = await run("env; echo sk-ant-api03-abcdefgh");
    expect(text).not.toContain("secret");
    expect(text).toContain("HIVE_COMMAND=");
    expect(text).toContain("[redacted]");
    expect(JSON.stringify(journaled)).not.toContain("abcdefgh");
  });

  test("are killed at their timeout with grandchildren, also those that left the session", async () => {
    const script =
      "setsid sleep 300 & (trap '' TERM; sleep 301 & wait) & nohup setsid sh -c 'sleep 302' & sleep 303";
    const { started, end } = await run(script, 300);
    expect(end).toEqual({ how: "timeout", afterMs: 300 });
    await until(() => started.alive() === 0);
  });

  test("end when their shell does, and what they left behind is still found and killed", async () => {
    const { started, end } = await run("setsid sleep 300 & echo started");
    expect(end).toEqual({ how: "exited", code: 0 });
    expect(started.output.summary()).toBe("started\n");
    expect(started.alive()).toBe(1);
    await started.kill("asked to");
    expect(findByEnvTag(commandTag(started.id))).toEqual([]);
  });

  test("are all ended by killAll, with the reason", async () => {
    const one = await commands.start({ command: "sleep 300" });
    const two = await commands.start({ command: "setsid sleep 300; sleep 300" });
    await until(() => one.alive() > 0 && two.alive() > 0);
    await commands.killAll("the turn was interrupted");
    expect(await one.done).toEqual({ how: "killed", reason: "the turn was interrupted" });
    expect(one.alive() + two.alive()).toBe(0);
  });

  test("keep output within every bound", async () => {
    const bytes = OUTPUT_LIMITS.file + 4 * 1024 * 1024;
    const { started, text } = await run(
      `echo first; head -c ${bytes} /dev/zero | tr '\\0' 'x'; echo; echo last`,
    );
    expect(text.length).toBeLessThan(34 * 1024);
    expect(text.startsWith("first\n")).toBe(true);
    expect(text.endsWith("last\n")).toBe(true);
    expect(text).toContain(started.file);
    expect(statSync(started.file).size).toBeLessThan(OUTPUT_LIMITS.file + 100);
    const chars = journaled.reduce(
      (sum, data) => sum + (data.kind === "bash_output" ? data.text.length : 0),
      0,
    );
    expect(chars).toBeLessThan(OUTPUT_LIMITS.journal + 1_000);
    expect(journaled.length).toBeLessThan(1_000);
  }, 30_000);

  test("keep the files of the newest commands only", async () => {
    for (let i = 0; i < 55; i++) await run("true");
    expect(readdirSync(join(stateDir, "bash")).length).toBe(50);
  }, 30_000);

  test("say when a directory or a command is not there", async () => {
    expect(commands.start({ command: "true", cwd: "nowhere" })).rejects.toThrow('"nowhere"');
    expect(() => commands.get("X")).toThrow('no command "X"');
    expect((await run("no-such-program")).end).toEqual({ how: "exited", code: 127 });
  });

  test("keep characters whole that arrive in pieces", async () => {
    const { started, text } = await run(
      "printf '\\xc3'; sleep 0.05; printf '\\xbc\\xf0\\x9f'; sleep 0.05; printf '\\x90\\x9d'",
    );
    expect(text).toBe("ü🐝");
    expect(readPart(started.file, 0, 3)).toEqual({ text: "ü", next: 2 });
    expect(readPart(started.file, 2, 64)).toEqual({ text: "🐝", next: 6 });
    expect(readFileSync(started.file, "utf8")).toBe("ü🐝");
  });
});
