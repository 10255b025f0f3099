/**
 * Makes an approved commit the one that runs. The agent's row is the truth: before it says so nothing was deployed,
 * afterwards it was; the tags follow it. A crash at any step is mended by `recoverDeploy`.
 */
import { HiveError, toErrorBody } from "../../wire/errors.ts";
import type { AgentRecord } from "../db/stores/agents.ts";
import type { Applied } from "./applied.ts";
import { appliedOf, type ConfigOptions, tagDeployed } from "./context.ts";
import type { CommitPayload } from "./payload.ts";
import { mustKeepRole } from "./propose.ts";
import { examine } from "./receive.ts";
import type { Deployment, Progress } from "./target.ts";

export interface Approved<P> {
  readonly id: bigint;
  readonly payload: P;
}

export const CUT_OFF = "the hive stopped while it was deployed; what ran before still runs";

/** Throws with what ran before still running. */
export async function deploy(
  options: ConfigOptions,
  { id, payload }: Approved<CommitPayload>,
  progress: Progress,
): Promise<void> {
  const { agent, sha } = payload;
  const applied = appliedOf(options, agent);
  const at = options.clock.now();
  try {
    await applied.tag({ kind: "proposal", id, sha, at });
    await applied.tag({ kind: "approved", id, sha, at });
    mustBeCurrent(options, payload);
    progress.step("checking it", 0.1);
    const config = await examine(applied, sha);
    mustKeepRole(options, agent, config.role);
    await applied.tag({ kind: "building", id, sha, at });
    const deployment: Deployment = { id, agent, sha, config, repository: applied.path };
    await replace(options, { deployment, payload, progress });
  } catch (error) {
    // Cut off by a shutdown: the next start looks at what became of it.
    if (!progress.signal.aborted) await tagFailed(options, applied, { id, sha, error });
    throw error;
  }
  await tagDeployed(options, applied, agent);
}

/** What was shown is a change of something that ran then. */
export function mustBeCurrent({ agents }: ConfigOptions, { agent, base_sha }: CommitPayload): void {
  if (agents.record(agent).deployed_sha === base_sha) return;
  throw new HiveError(
    "conflict",
    `the configuration of agent "${agent}" has changed since this was asked for`,
    {
      hint: "ask again: the difference is another one now",
    },
  );
}

interface Replacement {
  readonly deployment: Deployment;
  readonly payload: CommitPayload;
  readonly progress: Progress;
}

async function replace(
  options: ConfigOptions,
  { deployment, payload, progress }: Replacement,
): Promise<void> {
  const { agent } = deployment;
  const target = options.target(agent);
  const before = options.agents.record(agent);
  await target.prepare(deployment, progress);
  progress.signal.throwIfAborted();
  progress.step("storing it", 0.5);
  await store(options, { deployment, payload });
  try {
    await orAborted(target.activate(deployment, progress), progress.signal);
  } catch (error) {
    if (!progress.signal.aborted) await undo(options, { deployment, before, progress });
    throw error;
  }
}

/** The one moment in which the configuration becomes another. */
async function store(
  { agents, writer, audit, timeline }: ConfigOptions,
  { deployment, payload }: Pick<Replacement, "deployment" | "payload">,
): Promise<void> {
  const { id, agent, sha, config } = deployment;
  await writer.write(
    (tx) => {
      if (agents.record(agent).deployed_sha !== payload.base_sha)
        throw new HiveError("conflict", `the configuration of agent "${agent}" changed meanwhile`);
      agents.change(tx, agent, {
        config: JSON.stringify(config),
        deployed_sha: sha,
        deployed_id: String(id),
      });
      const actor = { kind: "system", part: "config" } as const;
      audit.append(tx, { actor, action: "deploy", target: agent, detail: { approval: String(id), sha } });
      const text = `agent "${agent}" runs with configuration ${sha.slice(0, 12)}`;
      timeline.append(tx, { type: "notice", level: "info", agent, text });
    },
    { essential: true },
  );
}

interface Undo {
  readonly deployment: Deployment;
  readonly before: Pick<AgentRecord, "config" | "deployed_sha" | "deployed_id">;
  readonly progress: Progress;
}

async function undo(options: ConfigOptions, { deployment, before, progress }: Undo): Promise<void> {
  const { agents, writer, audit, log } = options;
  const { agent, id } = deployment;
  const { config, deployed_sha, deployed_id } = before;
  await writer.write(
    (tx) => {
      agents.change(tx, agent, { config, deployed_sha, deployed_id });
      const actor = { kind: "system", part: "config" } as const;
      audit.append(tx, { actor, action: "undo_deploy", target: agent, detail: { approval: String(id) } });
    },
    { essential: true },
  );
  const former: Deployment = {
    ...deployment,
    id: BigInt(deployed_id ?? "0"),
    sha: deployed_sha ?? deployment.sha,
    config: agents.get(agent).config,
  };
  progress.step("putting back what ran before", 0.9);
  try {
    await options.target(agent).activate(former, progress);
  } catch (error) {
    log.error({ error, agent }, "the former configuration is stored, but could not be activated");
  }
}

async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  work.catch(() => {});
  try {
    signal.throwIfAborted();
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

interface Failure {
  readonly id: bigint;
  readonly sha: string;
  readonly error: unknown;
}

async function tagFailed(
  { clock, log }: ConfigOptions,
  applied: Applied,
  { id, sha, error }: Failure,
): Promise<void> {
  try {
    await applied.tag({ kind: "failed", id, sha, at: clock.now(), text: toErrorBody(error).error });
  } catch (cause) {
    // The approval says it too, and that is what counts.
    log.warn({ error: cause, approval: id }, "a failed deploy was not tagged");
  }
}

/** After a crash: undefined when it is deployed, else why it is not. */
export async function recoverDeploy(
  options: ConfigOptions,
  { id, payload }: Approved<CommitPayload>,
  progress: Progress,
): Promise<string | undefined> {
  const { agents } = options;
  const { agent, sha, base_sha } = payload;
  if (!agents.has(agent)) return `agent "${agent}" is gone`;
  const applied = appliedOf(options, agent);
  if (agents.record(agent).deployed_id !== String(id)) {
    // Another one may have followed before this one's end was stored.
    if ((await applied.resolve(`deployed/${id}`)) !== undefined) return undefined;
    await tagFailed(options, applied, { id, sha, error: new HiveError("cancelled", CUT_OFF) });
    return CUT_OFF;
  }
  const config = await examine(applied, sha);
  const deployment: Deployment = { id, agent, sha, config, repository: applied.path };
  try {
    await options.target(agent).activate(deployment, progress);
  } catch (error) {
    const before = await formerRow(applied, base_sha);
    await undo(options, { deployment, before, progress });
    await tagFailed(options, applied, { id, sha, error });
    return toErrorBody(error).error;
  }
  await tagDeployed(options, applied, agent);
  return undefined;
}

async function formerRow(applied: Applied, sha: string): Promise<Undo["before"]> {
  const tags = (await applied.tags()).filter((tag) => tag.kind === "deployed" && tag.sha === sha);
  const newest = tags.toSorted((a, b) => a.at - b.at).at(-1);
  const config = JSON.stringify(await examine(applied, sha));
  return { config, deployed_sha: sha, deployed_id: newest === undefined ? null : String(newest.id) };
}
