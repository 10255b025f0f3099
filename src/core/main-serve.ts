/** Runs the hive until a signal: first one in order, second one at once. Tells systemd when there is one. */
import process from "node:process";
import { systemClock } from "../lib/clock.ts";
import { createLogger } from "../platform/log.ts";
import { createNotifier } from "../platform/notify.ts";
import { VERSION } from "../wire/version.ts";
import { startHive } from "./main-hive.ts";
import type { Settings } from "./settings.ts";

export async function serve(settings: Settings): Promise<number> {
  // Files are private unless a mode is set where they are made.
  process.umask(0o077);
  // Whoever read our output may go away; that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const log = createLogger({ name: "hive-c0re" });
  const notifier = createNotifier({ log });
  const env = ownEnv();
  const stopping = new AbortController();
  const asked = stopSignals(stopping);
  log.info({ version: VERSION, state: settings.state_dir, pid: process.pid }, "starting");
  const start = startHive({ settings, clock: systemClock, log, env, signal: stopping.signal });
  const hive = await start.catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
    return undefined;
  });
  if (hive === undefined) {
    log.info({}, "stopped before it was up");
    return 0;
  }
  notifier.ready(`serving ${hive.url}`);
  log.info({ url: hive.url, socket: hive.socket }, "ready");
  const watchdog = keepWatchdog(notifier);
  const signal = await asked;
  watchdog();
  notifier.stopping("stopping");
  log.info({ signal }, "stopping; the same signal again stops at once");
  await hive.close();
  log.info({}, "stopped");
  return 0;
}

/** Our environment without what is meant for us alone, and with loopback never sent through a proxy. */
function ownEnv(): Readonly<Record<string, string | undefined>> {
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete process.env[name];
  const direct = ["127.0.0.1", "localhost", "::1"];
  const before = process.env["NO_PROXY"] ?? process.env["no_proxy"] ?? "";
  process.env["NO_PROXY"] = [before, ...direct].filter((name) => name !== "").join(",");
  process.env["no_proxy"] = process.env["NO_PROXY"];
  return { ...process.env };
}

/** The first signal's name; aborts with it. */
function stopSignals(stopping: AbortController): Promise<string> {
  const first = Promise.withResolvers<string>();
  let times = 0;
  const onSignal = (signal: string): void => {
    times += 1;
    // Nothing accepted is lost by this: the database is durable at every commit.
    if (times > 1) process.exit(130);
    stopping.abort();
    first.resolve(signal);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  // A terminal that closes must not take the hive with it.
  process.on("SIGHUP", () => {});
  return first.promise;
}

function keepWatchdog(notifier: ReturnType<typeof createNotifier>): () => void {
  const ms = notifier.watchdogMs;
  if (ms === undefined) return () => {};
  const timer = setInterval(() => notifier.watchdog(), ms);
  return () => clearInterval(timer);
}
