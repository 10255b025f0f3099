// The daemon of a test hive as a child process: started from its settings file, waited for, ended in order or killed.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Transport } from "../../src/client/transport.ts";
import { operatorWire } from "../../src/wire/wire.ts";

export interface CoreOptions {
  readonly program: string;
  readonly config: string;
  readonly logFile: string;
  readonly transport: Transport;
  readonly env: Readonly<Record<string, string>>;
}

export interface CoreProcess {
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Until it answers on the host socket. */
  start(timeoutMs?: number): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(timeoutMs?: number): Promise<number | null>;
  kill9(): Promise<void>;
}

export function coreProcess(options: CoreOptions): CoreProcess {
  let child: ChildProcess | undefined;
  let exited: Promise<number | null> = Promise.resolve(null);
  const running = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const launch = (): void => {
    const log = openSync(options.logFile, "a", 0o600);
    const started = spawn(options.program, ["serve", "--config", options.config], {
      cwd: "/",
      env: { ...options.env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child = started;
    exited = new Promise((resolve) => {
      started.once("exit", (code) => resolve(code));
      started.once("error", () => resolve(null));
    });
  };
  return {
    get pid() {
      return child?.pid;
    },
    get running() {
      return running();
    },
    start: async (timeoutMs = 20_000) => {
      launch();
      const deadline = Date.now() + timeoutMs;
      while (running() && Date.now() < deadline) {
        const answer = await options.transport.request(operatorWire.info, {}).catch(() => undefined);
        if (answer !== undefined) return;
        await Bun.sleep(25);
      }
      throw new Error(`hive-c0re ${running() ? "does not answer" : "ended"}:\n${tailOf(options.logFile)}`);
    },
    stop: async (timeoutMs = 30_000) => {
      if (!running()) return exited;
      child?.kill("SIGTERM");
      const bound = setTimeout(() => child?.kill("SIGKILL"), timeoutMs);
      const code = await exited;
      clearTimeout(bound);
      return code;
    },
    kill9: async () => {
      if (running()) child?.kill("SIGKILL");
      await exited;
    },
  };
}

export function tailOf(file: string, lines = 30): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return `("${file}" cannot be read)`;
  }
}
