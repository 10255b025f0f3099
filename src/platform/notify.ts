/**
 * Telling systemd how the service is (sd_notify(3)). Does nothing when $NOTIFY_SOCKET is not set.
 * Take the variable out of children's environments: they must not speak for us.
 */
import process from "node:process";
import { type Logger, silentLogger } from "./log.ts";

export interface Notifier {
  /** Whether somebody listens. */
  readonly active: boolean;
  /** Half of what systemd allows between two `watchdog()`, milliseconds; undefined when it does not watch. */
  readonly watchdogMs: number | undefined;
  ready(status?: string): void;
  stopping(status?: string): void;
  status(text: string): void;
  watchdog(): void;
}

export interface NotifierOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: Logger;
}

const driver = "Bun" in globalThis ? await import("./bun/notify.ts") : await import("./deno/notify.ts");

function watchdogInterval(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const micros = Number(env["WATCHDOG_USEC"]);
  const pid = env["WATCHDOG_PID"];
  if (!Number.isFinite(micros) || micros <= 0) return undefined;
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  return Math.max(1, Math.floor(micros / 2_000));
}

/** A line break in a value would begin another variable. */
function statusLine(text: string): string {
  return `STATUS=${text.replace(/[\r\n]+/g, " ")}`;
}

export function createNotifier(options: NotifierOptions = {}): Notifier {
  const { env = process.env, log = silentLogger } = options;
  const address = env["NOTIFY_SOCKET"] ?? "";
  // A unix path, or "@name" in the abstract namespace; vsock is for virtual machines.
  const active = address.startsWith("/") || address.startsWith("@");
  const send = (...lines: readonly string[]): void => {
    if (!active) return;
    try {
      driver.sendDatagram(address, lines.join("\n"));
    } catch (error) {
      log.warn({ error }, "systemd could not be notified");
    }
  };
  const withStatus = (line: string, status?: string): void =>
    status === undefined ? send(line) : send(line, statusLine(status));
  return {
    active,
    watchdogMs: active ? watchdogInterval(env) : undefined,
    ready: (status) => withStatus("READY=1", status),
    stopping: (status) => withStatus("STOPPING=1", status),
    status: (text) => send(statusLine(text)),
    watchdog: () => send("WATCHDOG=1"),
  };
}
