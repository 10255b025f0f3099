/** A backend without processes: tests say when an agent ends and whether it can be started. */
import type { Backend, Run, StartedRun, StartSpec } from "../../src/core/lifecycle/backend.ts";
import { capabilities } from "../../src/core/lifecycle/backend.ts";

export interface FakeBackend extends Backend {
  /** Everything asked of it, e.g. `start alice`. */
  readonly calls: string[];
  readonly specs: StartSpec[];
  /** The newest run of the agent ends by itself. */
  end(name: string, reason?: string): void;
  /** Thrown by the next starts, until cleared. */
  failure: Error | undefined;
  running(): readonly string[];
}

interface Living {
  readonly name: string;
  readonly end: (reason: string) => void;
}

export function fakeBackend(name = "fake"): FakeBackend {
  const living = new Map<string, Living>();
  const calls: string[] = [];
  const specs: StartSpec[] = [];
  let pid = 1_000;

  const finish = (owner: string, reason: string): void => {
    const one = living.get(owner);
    living.delete(owner);
    one?.end(reason);
  };
  const start = async (spec: StartSpec): Promise<StartedRun> => {
    calls.push(`start ${spec.place.name}`);
    if (fake.failure !== undefined) throw fake.failure;
    specs.push(spec);
    const { promise: exited, resolve: end } = Promise.withResolvers<string>();
    living.set(spec.owner, { name: spec.place.name, end });
    pid += 1;
    const main = { pid, startTime: pid, bootId: "fake" };
    return { agent: spec.place.name, owner: spec.owner, processes: { main }, exited };
  };
  const fake: FakeBackend = {
    name,
    capabilities: capabilities({
      isolated: true,
      exec: true,
      survivesDaemonRestart: true,
      killsEverything: true,
    }),
    calls,
    specs,
    failure: undefined,
    probe: async () => undefined,
    create: async (place) => void calls.push(`create ${place.name}`),
    destroy: async (place) => void calls.push(`destroy ${place.name}`),
    start,
    stop: async (run: Run) => {
      calls.push(`stop ${living.get(run.owner)?.name ?? "ended"}`);
      finish(run.owner, "the harness was ended by SIGTERM");
    },
    alive: (run) => living.has(run.owner),
    exec: async (_spec, argv) => ({
      code: 0,
      signal: undefined,
      stdout: argv.join(" "),
      stdoutBytes: Buffer.from(argv.join(" ")),
      stderr: "",
      truncated: false,
      timedOut: false,
    }),
    stats: async () => ({ processes: living.size, rssBytes: 0, cpuSeconds: 0 }),
    end: (agent, reason = "the harness exited with code 1") => {
      for (const [owner, one] of living) if (one.name === agent) finish(owner, reason);
    },
    running: () => [...living.values()].map((one) => one.name),
  };
  return fake;
}
