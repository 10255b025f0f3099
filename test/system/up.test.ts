// The two commands of a newcomer: `./scripts/up --demo` shows the scene, hivectl beside it agrees, Ctrl-C keeps all.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.ts";
import { allProcesses } from "../support/hive-processes.ts";
import { freePort } from "../support/start-hive.ts";

interface Up extends AsyncDisposable {
  readonly text: () => string;
  /** The exit code; fails when it takes longer. */
  exited(timeoutMs: number): Promise<number>;
  readonly state: string;
  interrupt(): void;
  until(what: RegExp, timeoutMs: number): Promise<void>;
  hivectl(...args: string[]): unknown;
}

function startUp(state: string, port: number): Up {
  const child = Bun.spawn(
    [join(ROOT, "scripts/up"), "--demo", "--state", state, "--port", String(port), "--backend", "process"],
    {
      cwd: tmpdir(),
      env: { ...process.env, HIVE_NO_INSTALL: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      detached: true,
    },
  );
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]).catch(() => {});
  return {
    state,
    text: () => text,
    exited: async (timeoutMs) => {
      const code = await Promise.race([child.exited, Bun.sleep(timeoutMs)]);
      if (code === undefined) throw new Error(`still running after ${timeoutMs} ms:\n${text}`);
      return code;
    },
    interrupt: () => child.kill("SIGINT"),
    until: async (what, timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      while (!what.test(text)) {
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`no ${what} within ${timeoutMs} ms:\n${text}`);
        await Bun.sleep(100);
      }
    },
    hivectl: (...args) => {
      const command = [
        join(ROOT, "dist/hivectl"),
        "--socket",
        join(state, "run/host.sock"),
        ...args,
        "--json",
      ];
      const { stdout, stderr } = Bun.spawnSync(command, { env: { PATH: "/nowhere" } });
      try {
        return JSON.parse(stdout.toString());
      } catch {
        throw new Error(`hivectl ${args.join(" ")}: ${stdout.toString()}${stderr.toString()}`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      const bound = setTimeout(() => child.kill("SIGKILL"), 40_000);
      await child.exited;
      clearTimeout(bound);
      await Promise.race([reading, Bun.sleep(1_000)]);
    },
  };
}

const leftOvers = (state: string) =>
  allProcesses().filter(
    ({ argv, env }) =>
      argv.join(" ").includes(state) || Object.values(env).some((value) => value.startsWith(state)),
  );

describe("./scripts/up --demo", () => {
  test("plays the scene within a minute, agrees with hivectl, refuses a second one, stops cleanly and resumes", async () => {
    const state = mkdtempSync(join(tmpdir(), "hive-up-"));
    const port = await freePort();
    try {
      {
        await using up = startUp(state, port);
        await up.until(/#login=/, 60_000);
        const login = /http:\/\/\S+#login=\S+/.exec(up.text())?.[0] ?? "";
        expect(new URL(login).port).toBe(String(port));
        // alice's question to the operator is the middle of the scene: by then all three have worked.
        const question = await untilQuestion(up, 60_000);
        const { agents } = up.hivectl("agent", "list") as { agents: { name: string }[] };
        expect(agents.map(({ name }) => name).sort()).toEqual(["alice", "bob", "hm1nd"]);
        await using second = startUp(state, await freePort());
        expect(await second.exited(30_000)).not.toBe(0);
        expect(
          second
            .text()
            .trim()
            .split("\n")
            .filter((line) => !line.startsWith("·") && !line.startsWith("dist:")),
        ).toSatisfy(
          (lines: string[]) => lines.length <= 3 && /(running|already|another|in use)/.test(lines.join(" ")),
        );
        up.hivectl("ask", "answer", question, "a table");
        await untilMessage(up, /# Survey/, 60_000);
        up.interrupt();
        expect(await up.exited(40_000)).toBe(0);
        expect(up.text()).toContain(`all of it is kept in ${state}`);
        expect(leftOvers(state).map(({ argv }) => argv.join(" "))).toEqual([]);
      }
      await using again = startUp(state, port);
      await again.until(/#login=/, 60_000);
      const { messages } = again.hivectl("message", "list") as { messages: { body: string }[] };
      expect(messages.some(({ body }) => body.includes("# Survey"))).toBe(true);
      again.interrupt();
      expect(await again.exited(40_000)).toBe(0);
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  }, 300_000);
});

async function untilQuestion(up: Up, timeoutMs: number): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const { questions } = up.hivectl("ask", "list") as { questions: { id: string; state: string }[] };
    const open = questions.find(({ state }) => state === "open");
    if (open !== undefined) return open.id;
    await Bun.sleep(200);
  }
  throw new Error(`no question within ${timeoutMs} ms:\n${up.text()}`);
}

async function untilMessage(up: Up, body: RegExp, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const { messages } = up.hivectl("message", "list") as { messages: { body: string }[] };
    if (messages.some((message) => body.test(message.body))) return;
    await Bun.sleep(200);
  }
  throw new Error(`no message ${body} within ${timeoutMs} ms:\n${up.text()}`);
}
