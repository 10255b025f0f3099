/** A hive with one agent whose configuration changes: real git, real backends, harnesses that do nothing. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Backend } from "../../src/core/lifecycle/backend.ts";
import { bubblewrapBackend } from "../../src/core/lifecycle/backends/bubblewrap/bubblewrap.ts";
import { processBackend } from "../../src/core/lifecycle/backends/process.ts";
import { agentPlace } from "../../src/core/lifecycle/place.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { AgentConfig, type AgentConfigInput } from "../../src/wire/agent-config.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import { agentActor, OPERATOR } from "./broker-bed.ts";
import { type LifecycleBed, type LifecycleBedOptions, lifecycleBed, until } from "./lifecycle-bed.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";

interface RealBackend {
  readonly name: string;
  readonly make: () => Backend;
  /** Why it does not work here. */
  readonly reason: string | undefined;
}

const MAKERS = [
  () => bubblewrapBackend({ clock: systemClock, path, privatePlaces: [] }),
  () => processBackend({ clock: systemClock, path }),
];

export const REAL_BACKENDS: readonly RealBackend[] = await Promise.all(
  MAKERS.map(async (make) => ({ name: make().name, make, reason: await make().probe() })),
);

/** A file's text, or for agent.json what is in it. */
export type Files = Readonly<Record<string, string | AgentConfigInput>>;

export interface ConfigBed extends LifecycleBed {
  readonly backendInUse: Backend;
  /** Where an agent's files are, as the host sees them. */
  place(name: string): ReturnType<typeof agentPlace>;
  /** Approves a repository for an agent's configuration, asked for by itself or by `by`. */
  init(name: string, by?: string): Promise<Approval>;
  /** A shell line in an agent's work tree, as the agent would run it; its stdout. */
  sh(name: string, script: string): Promise<string>;
  /** Writes and commits files in an agent's work tree; the sha. */
  commit(name: string, files: Files): Promise<string>;
  ask(name: string, commit: string, by?: string): Promise<Approval>;
  /** Approves and waits for the end. */
  approve(id: bigint): Promise<Approval>;
  settled(id: bigint): Promise<Approval>;
  agentJson(name: string): AgentConfig;
  again(): ConfigBed;
}

export async function configBed(make?: () => Backend, options: LifecycleBedOptions = {}): Promise<ConfigBed> {
  const backend = make?.();
  const bed = lifecycleBed({
    ...(backend === undefined ? {} : { backends: () => [backend], clock: systemClock }),
    ...options,
  });
  writeFileSync(join(bed.dir, "harness"), "#!/bin/sh\nexec sleep 1000\n");
  await bed.spawn("alice");
  await bed.spawn("hm1nd");
  return around(bed, backend ?? bed.backend);
}

function around(bed: LifecycleBed, backend: Backend): ConfigBed {
  const place = (name: string) => agentPlace({ stateDir: bed.dir, runtimeDir: join(bed.dir, "run") }, name);
  const sh = async (name: string, script: string): Promise<string> => {
    const { own } = bed.lifecycle.configDirs(name);
    const argv = ["/bin/sh", "-euc", `cd "${own}"; ${script}`];
    const { code, stdout, stderr } = await bed.lifecycle.exec(name, argv, { timeoutMs: 20_000 });
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout.trim();
  };
  const settled = async (id: bigint): Promise<Approval> => {
    await until(() => isSettled(bed, id));
    return bed.approvals.get(id);
  };
  const approve = async (id: bigint): Promise<Approval> => {
    await bed.approvals.approve(OPERATOR, id, undefined);
    return settled(id);
  };
  return {
    ...bed,
    backendInUse: backend,
    place,
    sh,
    settled,
    approve,
    init: async (name, by = name) => {
      const payload = { agent: name };
      const request = { kind: "init_config", payload, description: "a repository" } as const;
      const { id } = await bed.approvals.request(agentActor(by), request);
      return approve(id);
    },
    commit: async (name, files) => {
      for (const [file, content] of Object.entries(files)) {
        const text = typeof content === "string" ? content : agentJson(name, content);
        const encoded = Buffer.from(text).toString("base64");
        await sh(name, `mkdir -p "$(dirname '${file}')"; echo '${encoded}' | base64 -d > '${file}'`);
      }
      return sh(name, 'git add -A; git commit -qm "change it" --allow-empty; git rev-parse HEAD');
    },
    ask: (name, commit, by = name) =>
      bed.approvals.request(agentActor(by), {
        kind: "merge_config_pr",
        payload: { agent: name, commit },
        description: "deploy it",
      }),
    agentJson: (name) =>
      AgentConfig.parse(JSON.parse(readFileSync(join(place(name).deployed, "agent.json"), "utf8"))),
    again: () => around(bed.restart(), backend),
    [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose](),
  };
}

function agentJson(name: string, content: AgentConfigInput): string {
  const role = name === "hm1nd" ? "manager" : "agent";
  return `${JSON.stringify(AgentConfig.parse({ role, ...content }), null, 2)}\n`;
}

function isSettled({ bed }: LifecycleBed, id: bigint): boolean {
  const row = bed.db.sqlite.prepare("select settled, status from approvals where id = ?").get(id);
  return row?.["settled"] === 1 && row["status"] !== "pending";
}
