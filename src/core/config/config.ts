/**
 * Configurations of agents: what is proposed, what runs, what ran. Whether something may be deployed is the
 * approvals' question; how an agent is started with it is the deploy target's.
 */

import type { configEndpoints } from "../../wire/config.ts";
import type { Output } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Change, Tag } from "./applied.ts";
import { appliedOf, type ConfigOptions, deployedSha, sweep } from "./context.ts";
import { type Approved, deploy, mustBeCurrent, recoverDeploy } from "./deploy.ts";
import { type InitInput, initConfig, recoverInit } from "./init.ts";
import type { CommitPayload, InitPayload } from "./payload.ts";
import { proposeCommit, proposeRollback } from "./propose.ts";
import type { Progress } from "./target.ts";

type Ends = typeof configEndpoints;
export type DeploymentEntry = Omit<
  Output<Ends["configLog"]>["deployments"][number],
  "status" | "operation_id"
>;

type Tail<F> = F extends (options: ConfigOptions, ...rest: infer R) => infer T ? (...rest: R) => T : never;

export interface Config {
  propose: Tail<typeof proposeCommit>;
  proposeRollback: Tail<typeof proposeRollback>;
  /** Throws when something else runs than the change was made for. */
  mustBeCurrent: Tail<typeof mustBeCurrent>;
  /** The request was stored; repeatable. */
  remember(approved: Approved<CommitPayload>): Promise<void>;
  deploy: Tail<typeof deploy>;
  recover: Tail<typeof recoverDeploy>;
  init(input: InitInput, progress: Progress): Promise<void>;
  recoverInit(approved: Approved<InitPayload>): Promise<string | undefined>;
  change(agent: string, from: string, to: string): Promise<Change>;
  /** By `deployed/7`, `7` or a sha; what runs when absent. */
  show(agent: string, ref: string | undefined): Promise<Output<Ends["configShow"]>>;
  /** Newest first. */
  log(agent: string): Promise<readonly DeploymentEntry[]>;
  /** At the start of the daemon. */
  sweep(): Promise<void>;
}

export function createConfig(options: ConfigOptions): Config {
  const alone = oneByOne();
  return {
    propose: (actor, request) => proposeCommit(options, actor, request),
    proposeRollback: (request) => proposeRollback(options, request),
    mustBeCurrent: (payload) => mustBeCurrent(options, payload),
    remember: async ({ id, payload: { agent, sha } }) => {
      await appliedOf(options, agent).tag({ kind: "proposal", id, sha, at: options.clock.now() });
    },
    deploy: (approved, progress) => alone(approved.payload.agent, () => deploy(options, approved, progress)),
    recover: (approved, progress) =>
      alone(approved.payload.agent, () => recoverDeploy(options, approved, progress)),
    init: (input, progress) => alone(input.payload.agent, () => initConfig(options, input, progress)),
    recoverInit: (approved) => alone(approved.payload.agent, () => recoverInit(options, approved)),
    change: async (agent, from, to) => {
      const repo = appliedOf(options, agent);
      return repo.change(await find(options, agent, from), await find(options, agent, to));
    },
    show: (agent, ref) => show(options, agent, ref),
    log: (agent) => log(options, agent),
    sweep: () => sweep(options),
  };
}

/** Two deploys of one agent never overlap. */
function oneByOne(): <T>(agent: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (agent, work) => {
    const done = (last.get(agent) ?? Promise.resolve()).then(work, work);
    const settled = done.catch(() => {});
    last.set(agent, settled);
    settled.then(() => last.get(agent) === settled && last.delete(agent)).catch(() => {});
    return done;
  };
}

async function find(options: ConfigOptions, agent: string, ref: string): Promise<string> {
  const current = deployedSha(options, agent);
  if (ref === "current") return current;
  const applied = appliedOf(options, agent);
  const names = /^-?\d{1,19}$/.test(ref) ? [`deployed/${ref}`, `proposal/${ref}`, ref] : [ref];
  for (const name of names) {
    const sha = await applied.resolve(name);
    if (sha !== undefined) return sha;
  }
  throw new HiveError("not_found", `agent "${agent}" has no configuration "${ref}"`, {
    hint: `hivectl config log ${agent}`,
  });
}

async function show(
  options: ConfigOptions,
  agent: string,
  ref: string | undefined,
): Promise<Output<Ends["configShow"]>> {
  const applied = appliedOf(options, agent);
  const sha = await find(options, agent, ref ?? "current");
  const files = await applied.files(sha);
  return {
    sha,
    subject: await applied.subject(sha),
    current: sha === deployedSha(options, agent),
    agent_json: await applied.text(sha, "agent.json"),
    files: files.filter(({ mode }) => mode !== "040000").map(({ path, bytes }) => ({ path, bytes })),
  };
}

async function log(options: ConfigOptions, agent: string): Promise<readonly DeploymentEntry[]> {
  const { deployed_id } = options.agents.record(agent);
  const applied = appliedOf(options, agent);
  if (!applied.exists()) return [];
  const groups = new Map<bigint, Tag[]>();
  for (const tag of await applied.tags()) groups.set(tag.id, [...(groups.get(tag.id) ?? []), tag]);
  const entries: DeploymentEntry[] = [];
  for (const [id, tags] of [...groups].sort(([a], [b]) => (a < b ? 1 : -1))) {
    const sha = tags[0]?.sha ?? "";
    const failed = tags.find(({ kind }) => kind === "failed");
    entries.push({
      id,
      sha,
      subject: await applied.subject(sha),
      result: resultOf(tags, deployed_id === String(id)),
      ...(failed === undefined ? {} : { reason: failed.text }),
      current: deployed_id === String(id),
      tags: tags
        .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
        .map(({ kind, at }) => ({ name: `${kind}/${id}`, at: new Date(at).toISOString() })),
    });
  }
  return entries;
}

const ORDER: readonly Tag["kind"][] = ["proposal", "approved", "building", "failed", "deployed"];

function resultOf(tags: readonly Tag[], current: boolean): DeploymentEntry["result"] {
  const kinds = new Set(tags.map(({ kind }) => kind));
  if (kinds.has("deployed") || current) return "deployed";
  if (kinds.has("failed")) return "failed";
  return kinds.has("approved") ? "deploying" : "proposed";
}
