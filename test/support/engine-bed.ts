// The harness's engine against the real `claude`, a scripted model and a stand-in of hive-c0re: one line in a test.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, type EngineOptions, startEngine } from "../../harness/ag3nt/engine.ts";
import { readHarnessEnv } from "../../harness/ag3nt/env.ts";
import { type Journal, openJournal } from "../../harness/ag3nt/journal/journal.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import type { AgentConfigInput } from "../../src/wire/agent-config.ts";
import type { JournalData } from "../../src/wire/journal.ts";
import { type FakeCore, startFakeCore } from "./fake-core.ts";
import { CLAUDE_BINARY } from "./model-simulator/claude-process.ts";
import type { RuleInput } from "./model-simulator/script.ts";
import { type ModelSimulator, startModelSimulator } from "./model-simulator/server.ts";

export interface EngineBed extends AsyncDisposable {
  readonly engine: Engine;
  readonly core: FakeCore;
  readonly model: ModelSimulator;
  readonly journal: Journal;
  readonly home: string;
  readonly stateDir: string;
  events(): Promise<readonly JournalData[]>;
  /** Until the journal has such an event. */
  saw(what: string, test: (data: JournalData) => boolean): Promise<void>;
  /** A second start over the same directories, as after a crash of the harness. */
  restart(): Promise<void>;
}

export interface EngineBedOptions {
  readonly rules?: readonly RuleInput[];
  readonly config?: AgentConfigInput;
  readonly env?: Readonly<Record<string, string>>;
  readonly login?: "api_key" | "oauth";
  readonly engine?: Partial<EngineOptions>;
}

export async function startEngineBed(options: EngineBedOptions = {}): Promise<EngineBed> {
  const home = mkdtempSync(join(tmpdir(), "hive-engine-"));
  const stateDir = join(home, "state");
  const privateDir = join(stateDir, ".hyperhive");
  mkdirSync(privateDir, { recursive: true });
  const model = await startModelSimulator({ rules: options.rules ?? [], maxSeconds: 120 });
  const config: AgentConfigInput = { tools: ["Bash"], warm_seconds: 60, ...options.config };
  const core = await startFakeCore({ path: join(home, "hive.sock"), config });
  const journal = openJournal({ path: join(stateDir, "hyperhive-events.sqlite"), clock: systemClock });
  const env = readHarnessEnv({
    PATH: process.env["PATH"],
    HOME: home,
    HIVE_AGENT: "alice",
    HIVE_AGENT_SOCKET: core.path,
    HYPERHIVE_STATE_DIR: stateDir,
    HIVE_CLAUDE: CLAUDE_BINARY,
    ...model.env({ login: options.login ?? "api_key" }),
    ...options.env,
  });
  const seen = { changed: (): void => {} };
  const watched: Journal = {
    ...journal,
    append: (data) => {
      const event = journal.append(data);
      seen.changed();
      return event;
    },
  };
  const start = (): Engine =>
    startEngine({
      env,
      privateDir,
      journal: watched,
      clock: systemClock,
      log: silentLogger,
      bootId: crypto.randomUUID(),
      tools: { newAttempt: () => {}, killCommands: () => Promise.resolve(), busy: () => false },
      files: () => ({}),
      ...options.engine,
    });
  let engine = start();
  const events = async (): Promise<readonly JournalData[]> =>
    (await journal.history({ limit: 1000 })).events.map((event) => event.data);
  return {
    get engine() {
      return engine;
    },
    core,
    model,
    journal,
    home,
    stateDir,
    events,
    saw: async (what, test) => {
      const limit = AbortSignal.timeout(15_000);
      while (!(await events()).some(test)) {
        const changed = Promise.withResolvers<void>();
        seen.changed = changed.resolve;
        limit.addEventListener("abort", () => changed.reject(new Error(`waited in vain for: ${what}`)));
        if ((await events()).some(test)) return;
        await changed.promise;
      }
    },
    restart: async () => {
      await engine.close();
      engine = start();
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await core[Symbol.asyncDispose]();
      await model.stop();
      journal.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
