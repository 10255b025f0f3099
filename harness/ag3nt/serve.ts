/** Composition root of the harness: the only place where its parts are built. Returns when it was stopped. */
import { join } from "node:path";
import process from "node:process";
import { systemClock } from "../../src/lib/clock.ts";
import { envelope } from "../../src/lib/envelope.ts";
import { webPort } from "../../src/lib/fnv1a.ts";
import { secureRandom } from "../../src/lib/ids.ts";
import { ensureDir } from "../../src/platform/atomic-file.ts";
import { type DirectoryLock, lockDirectory } from "../../src/platform/lock.ts";
import { createLogger, type Logger } from "../../src/platform/log.ts";
import type { Env } from "../../src/platform/spawn.ts";
import { HiveError } from "../../src/wire/errors.ts";
import { type McpServers, startMcpServers } from "../mcp/start.ts";
import { loadHarnessAssets } from "./assets.ts";
import { claudeTag } from "./claude/args.ts";
import { type Engine, startEngine } from "./engine.ts";
import { type HarnessEnv, readHarnessEnv } from "./env.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { createLaunchFiles } from "./launch-files.ts";
import { startHarnessWeb } from "./serve-web.ts";

/** Below the agent's state directory: what is the harness's alone. */
const PRIVATE_DIR = ".hyperhive";
/** A stop by signal lets the turn end within this, then cuts it. */
const STOP_GRACE_MS = 20_000;

export async function serve(raw: Env): Promise<void> {
  const env = readHarnessEnv(raw);
  const log = createLogger({ name: "hive-ag3nt", level: env.logLevel, fields: { agent: env.agent } });
  const privateDir = join(env.stateDir, PRIVATE_DIR);
  ensureDir(privateDir);
  const lock = takeLock(privateDir, env);
  const journal = openJournal({ path: join(env.stateDir, "hyperhive-events.sqlite"), clock: systemClock });
  const page: { port?: number } = {};
  const parts: Parts = { env, log, privateDir, journal, webPort: () => page.port };
  const mcp = await startTools(parts, () => engine);
  const engine = startWork(parts, mcp);
  const ending = new AbortController();
  const web = startHarnessWeb({ env, engine, journal, log, clock: systemClock, signal: ending.signal });
  web
    .then((served) => {
      if (served === undefined) return;
      page.port = webPort(env.agent);
      engine.report();
    })
    .catch(() => {});
  const release = onSignals(engine, log);
  log.info({ pid: process.pid, state_dir: env.stateDir }, "the harness runs");
  await engine.stopped;
  release();
  ending.abort(new Error("the harness is stopping"));
  await engine.close();
  await mcp.close();
  await web.then((each) => each?.stop());
  journal.close();
  lock.release();
  log.info({}, "the harness has stopped");
}

interface Parts {
  readonly env: HarnessEnv;
  readonly log: Logger;
  readonly privateDir: string;
  readonly journal: Journal;
  /** Where the page is served, once it is. */
  readonly webPort: () => number | undefined;
}

function takeLock(directory: string, env: HarnessEnv): DirectoryLock {
  try {
    return lockDirectory(directory);
  } catch (cause) {
    if (!(cause instanceof HiveError) || cause.code !== "conflict") throw cause;
    const hint = `hivectl agent stop ${env.agent}`;
    throw new HiveError("conflict", `another harness already runs agent "${env.agent}"`, { hint, cause });
  }
}

async function startTools({ env, log, journal }: Parts, engine: () => Engine): Promise<McpServers> {
  const { agent, raw, stateDir } = env;
  const config = () => {
    const known = engine().settings.config;
    if (known === undefined) throw new HiveError("unavailable", "hive-c0re has not told the settings yet");
    return known;
  };
  return await startMcpServers({
    call: (key, input, signal) => engine().link.call(key, input, signal),
    lease: () => engine().machine.lease,
    config,
    role: () => engine().settings.current?.role ?? "agent",
    formatMessages: (messages) => envelope({ agent, messages, random: secureRandom }),
    journal,
    clock: systemClock,
    log,
    // Commands end with claude when it is ended, also those of a harness that was killed.
    env: { ...raw, [claudeTag(stateDir).split("=")[0] ?? ""]: stateDir },
    stateDir,
  });
}

function startWork({ env, log, privateDir, journal, webPort }: Parts, mcp: McpServers): Engine {
  const assets = loadHarnessAssets(env.raw);
  const launch = createLaunchFiles(privateDir, {
    mcpConfig: mcp.mcpConfig,
    claudeSettings: assets.claudeSettings,
    systemPrompt: (settings) =>
      assets.systemPrompt({
        agent: settings.agent,
        role: settings.role,
        stateDir: env.stateDir,
        extra: settings.config.system_prompt,
      }),
  });
  return startEngine({
    env,
    privateDir,
    journal,
    clock: systemClock,
    log,
    bootId: crypto.randomUUID(),
    tools: mcp,
    files: () => launch.files,
    onSettings: launch.update,
    webPort,
  });
}

/** The first asks it to end, the second insists. */
function onSignals(engine: Engine, log: Logger): () => void {
  let asked = false;
  const stop = (signal: string): void => {
    log.info({ signal }, asked ? "stopping now" : "stopping when the turn has ended");
    engine.stop(!asked, asked ? 0 : STOP_GRACE_MS);
    asked = true;
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  return () => {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  };
}
