/**
 * The part of the harness that works: link, turn loop and claude, wired together. main.ts adds what surrounds it
 * (journal, tool servers, web); tests run it without those.
 */
import { join } from "node:path";
import process from "node:process";
import type { Clock } from "../../src/lib/clock.ts";
import { secureRandom } from "../../src/lib/ids.ts";
import type { Logger } from "../../src/platform/log.ts";
import type { HarnessState } from "../../src/wire/agents.ts";
import { type HarnessSettings, HEARTBEAT_SECONDS, type LinkPush } from "../../src/wire/link.ts";
import { LINK_VERSION, VERSION } from "../../src/wire/version.ts";
import { claudeEnv, claudeTag, type LaunchOptions } from "./claude/args.ts";
import { createKeeper, type Keeper } from "./claude/keeper.ts";
import { openSessions, type Sessions } from "./claude/session.ts";
import type { HarnessEnv } from "./env.ts";
import { type Hello, type Link, startLink } from "./link.ts";
import { createSettings, type Settings } from "./settings.ts";
import type { TurnTools } from "./turn/context.ts";
import { createMachine, type Machine } from "./turn/machine.ts";
import type { TurnJournal } from "./turn/talk.ts";

export type LaunchFiles = Pick<
  LaunchOptions,
  "systemPromptFile" | "mcpConfigFile" | "settingsFile" | "fileVersion"
>;

export interface EngineOptions {
  readonly env: HarnessEnv;
  /** Our own files: session id, lock, claude's configuration. */
  readonly privateDir: string;
  readonly journal: TurnJournal;
  readonly clock: Clock;
  readonly log: Logger;
  /** New at each start. */
  readonly bootId: string;
  readonly tools: TurnTools;
  /** Written anew when the settings change; asked before each turn. */
  readonly files: () => LaunchFiles;
  readonly onSettings?: (settings: HarnessSettings) => void;
  /** Undefined until it listens there: another agent may hold the port, and hive-c0re must not ask that one. */
  readonly webPort?: () => number | undefined;
}

export interface Engine {
  readonly link: Link;
  readonly machine: Machine;
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly settings: Settings;
  readonly observed: Observed;
  /** When the loop has come to its end, by a stop. */
  readonly stopped: Promise<void>;
  /** Says to hive-c0re what it observes, now. */
  report(): void;
  /** Lets the turn end within the time, or cuts it. */
  stop(graceful: boolean, graceMs: number): void;
  /** Ends claude and the link, whatever runs. */
  close(): Promise<void>;
}

/** What claude last said of itself. */
export interface Observed {
  model: string | undefined;
  version: string | undefined;
  state: HarnessState["kind"];
  stateSince: number;
}

export function startEngine(options: EngineOptions): Engine {
  const { env, clock, log, journal, tools } = options;
  const settings = createSettings();
  const observed = newObserved(clock);
  const over = new AbortController();
  const stopped = Promise.withResolvers<void>();
  const { sessions, keeper } = openClaude(options, settings);
  const link = startLink({
    path: env.socket,
    hello: () => hello(options, machine, observed),
    onHello: (answer) => {
      applySettings(answer.settings);
      onHeld(machine, answer.lease);
      report();
    },
    onPush: (push) => onPush(push, { machine, applySettings, stop }),
    clock,
    log,
    signal: over.signal,
  });
  const report = (state: HarnessState = machine.state): void => {
    if (!link.connected) return;
    const facts = {
      active_model: observed.model,
      claude_version: observed.version,
      web_port: options.webPort?.(),
    };
    link.call("report", { state, session_id: sessions.id, ...facts }).catch((error: unknown) => {
      log.debug({ error }, "a report was not taken");
    });
  };
  const machine = createMachine({
    agent: env.agent,
    keeper,
    sessions,
    journal,
    insist: link.insist,
    tools,
    config: () => settings.config ?? fail(),
    clock,
    log,
    random: secureRandom,
    uuid: () => crypto.randomUUID(),
    configDir: env.configDir,
    onInit: (init) => {
      observed.model = init.model ?? observed.model;
      observed.version = init.version ?? observed.version;
    },
    onState: (state) => {
      if (state.kind !== observed.state) observed.stateSince = clock.now();
      observed.state = state.kind;
      report(state);
    },
    onExit: () => stopped.resolve(),
    signal: over.signal,
  });
  const applySettings = (next: HarnessSettings): void => {
    settings.update(next);
    options.onSettings?.(next);
    machine.dispatch({ kind: "settings", paused: next.paused });
  };
  const stop = (graceful: boolean, graceMs: number): void => {
    machine.dispatch({ kind: "shutdown", graceful });
    clock.timer(graceMs, () => machine.dispatch({ kind: "grace_over" }));
  };
  beat(report, clock, over.signal).catch(() => {});
  return {
    link,
    machine,
    keeper,
    sessions,
    settings,
    observed,
    stopped: stopped.promise,
    report: () => report(),
    stop,
    close: () => closeEngine({ keeper, link, over }),
  };
}

function newObserved(clock: Clock): Observed {
  return { model: undefined, version: undefined, state: "starting", stateSince: clock.now() };
}

interface Closing {
  readonly keeper: Keeper;
  readonly link: Link;
  readonly over: AbortController;
}

async function closeEngine({ keeper, link, over }: Closing): Promise<void> {
  await keeper.retire();
  await keeper.stop();
  over.abort(new Error("the harness is stopping"));
  await link.done;
}

function openClaude(options: EngineOptions, settings: Settings): { sessions: Sessions; keeper: Keeper } {
  const { env, clock, log } = options;
  const file = join(options.privateDir, "session.json");
  const sessions = openSessions({ file, configDir: env.configDir, uuid: () => crypto.randomUUID() });
  const keeper = createKeeper({
    sessions,
    launch: () => launchOptions(env, settings, options.files()),
    env: claudeEnv(env.raw, env.stateDir),
    cwd: env.stateDir,
    tag: claudeTag(env.stateDir),
    warmMs: () => (settings.config?.warm_seconds ?? 0) * 1000,
    clock,
    log,
  });
  return { sessions, keeper };
}

function fail(): never {
  throw new Error("a turn began before the settings were known");
}

function onHeld(machine: Machine, answer: "held" | "lost" | undefined): void {
  const running = machine.lease;
  if (answer === "lost" && running !== undefined)
    machine.dispatch({ kind: "lease_lost", lease_id: running.id });
}

async function beat(report: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_SECONDS * 1000, signal);
    report();
  }
}

function launchOptions(env: HarnessEnv, settings: Settings, files: LaunchFiles): LaunchOptions {
  const { claude, title } = env;
  const { model, effort } = settings;
  return { claude, title, model, effort, tools: settings.config?.tools ?? [], ...files };
}

function hello(options: EngineOptions, machine: Machine, observed: Observed): Hello {
  return {
    link_version: LINK_VERSION,
    version: VERSION,
    agent: options.env.agent,
    pid: process.pid,
    boot_id: options.bootId,
    web_port: options.webPort?.(),
    claude_version: observed.version,
    lease_id: machine.lease?.id,
  };
}

interface PushTargets {
  readonly machine: Machine;
  readonly applySettings: (settings: HarnessSettings) => void;
  readonly stop: (graceful: boolean, graceMs: number) => void;
}

function onPush(push: LinkPush, targets: PushTargets): void {
  const { machine } = targets;
  switch (push.push) {
    case "settings":
      targets.applySettings(push.settings);
      break;
    case "interrupt":
      machine.dispatch({ kind: "interrupt", by: push.by, reason: push.reason });
      break;
    case "urgent":
      machine.fold(push);
      break;
    case "compact":
    case "new_session":
      machine.dispatch({ kind: push.push });
      break;
    case "shutdown":
      targets.stop(push.graceful, push.grace_seconds * 1000);
      break;
  }
}
