// Runs the real `claude` binary against a simulator for tests: throwaway home, clean environment, bounded, killed
// with its children at the end. Not how the harness runs it; only what the simulator's own tests need.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const CLAUDE_BINARY = join(
  import.meta.dirname,
  "../../../node_modules/@anthropic-ai/claude-code-linux-x64/claude",
);

export type ClaudeEvent = {
  readonly type: string;
  readonly subtype?: string;
  readonly [key: string]: unknown;
};

export type ClaudeHome = Disposable & { readonly path: string };

/** Holds the transcripts too: give the same one to a process that resumes. */
export const makeClaudeHome = (): ClaudeHome => {
  const path = mkdtempSync(join(tmpdir(), "hive-sim-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

export type ClaudeOptions = {
  readonly home: ClaudeHome;
  /** From `simulator.env()`. */
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly timeoutMs?: number;
};

export type ClaudeProcess = AsyncDisposable & {
  readonly events: readonly ClaudeEvent[];
  readonly stderr: () => string;
  readonly send: (text: string) => void;
  readonly control: (request: Readonly<Record<string, unknown>>) => void;
  readonly waitFor: (predicate: (event: ClaudeEvent) => boolean) => Promise<ClaudeEvent>;
  /** The next result that nobody has taken yet. */
  readonly result: () => Promise<ClaudeEvent>;
  /** Closes stdin and waits for the exit code. */
  readonly finish: () => Promise<number | null>;
};

const BASE_ARGS = [
  ...["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"],
  ...[
    "--include-partial-messages",
    "--setting-sources",
    "",
    "--strict-mcp-config",
    "--disable-slash-commands",
  ],
  ...["--permission-mode", "bypassPermissions", "--model", "sonnet"],
];

const startChild = (options: ClaudeOptions): ChildProcess =>
  spawn(CLAUDE_BINARY, [...BASE_ARGS, ...(options.args ?? ["--tools", "Bash"])], {
    cwd: options.home.path,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: options.home.path,
      // Needed for bypassPermissions as root.
      IS_SANDBOX: "1",
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
      CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
      ...options.env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });

export const startClaude = (options: ClaudeOptions): ClaudeProcess => {
  const child = startChild(options);
  const deadline = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const events: ClaudeEvent[] = [];
  const changed = new EventTarget();
  let stderr = "";
  let results = 0;
  let closed = false;
  const notify = () => changed.dispatchEvent(new Event("change"));
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      closed = true;
      notify();
      resolve(code);
    });
  });
  child.stderr?.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      events.push(JSON.parse(line) as ClaudeEvent);
      notify();
    });
  }
  const kill = () => child.kill("SIGKILL");
  deadline.addEventListener("abort", kill);

  const waitUntil = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined && !closed) return;
        changed.removeEventListener("change", check);
        if (found !== undefined) return resolve(found);
        const tail = events.slice(-6).map((event) => JSON.stringify(event).slice(0, 400));
        reject(new Error(`claude ended without the awaited event\n${stderr}\n${tail.join("\n")}`));
      };
      changed.addEventListener("change", check);
      check();
    });
  const write = (line: unknown) => void child.stdin?.write(`${JSON.stringify(line)}\n`);
  const finish = () => {
    child.stdin?.end();
    return exited;
  };
  return {
    events,
    stderr: () => stderr,
    send: (text) => write({ type: "user", message: { role: "user", content: text } }),
    control: (request) => write({ type: "control_request", request_id: `c${events.length}`, request }),
    waitFor: (predicate) => waitUntil(() => events.find(predicate)),
    result: () => {
      results += 1;
      const wanted = results;
      return waitUntil(() => events.filter((event) => event.type === "result")[wanted - 1]);
    },
    finish,
    [Symbol.asyncDispose]: async () => {
      deadline.removeEventListener("abort", kill);
      if (!closed) kill();
      await exited;
    },
  };
};
