/**
 * Other inputs for the flake that all agents' systems are built from: what they are is found out at the request and
 * kept, every system is built with them, and only then anything changes. Then each agent is restarted with its own.
 */
import { z } from "zod";
import { HiveError, toErrorBody } from "../../wire/errors.ts";
import type { Lifecycle } from "../services.ts";
import { inputChanges, inputsDigest, isAgentInput, lockedInputs } from "./meta-lock.ts";
import type { MetaInputs } from "./meta-systems.ts";
import type { Progress } from "./target.ts";

const INPUT = /^[a-zA-Z_][\w'-]*(\/[a-zA-Z_][\w'-]*)*$/;

/** As an agent asks for it; none named: all. */
export const UpdateRequest = z.strictObject({
  inputs: z.array(z.string().max(200).regex(INPUT, "is not the name of an input")).max(50).default([]),
});

/** As it is stored, and carried out. */
export const UpdatePayload = z.strictObject({
  inputs: z.array(z.string()),
  /** Each input that becomes another: what it is and what it will be. */
  changes: z.string(),
  /** The lock file that is deployed, by its id. */
  lock: z.string().regex(/^[0-9a-f]{40}$/),
  /** What the inputs were; when they are others, this is void. */
  base: z.string(),
});
export type UpdatePayload = z.output<typeof UpdatePayload>;

export interface MetaUpdates {
  /** Finds out what would change; changes nothing. */
  propose(inputs: readonly string[]): Promise<UpdatePayload>;
  run(payload: UpdatePayload, progress: Progress): Promise<void>;
  /** After a crash: undefined when it was done, else why not. */
  recover(payload: UpdatePayload, progress: Progress): Promise<string | undefined>;
}

export interface MetaUpdateOptions {
  readonly inputs: MetaInputs;
  /** Those in containers. */
  readonly agents: () => readonly { readonly name: string }[];
  readonly lifecycle: Pick<Lifecycle, "reload">;
}

const CUT_OFF = "the hive stopped while it was built; nothing was changed";
const QUIET = { report: () => {} };

export function metaUpdates(options: MetaUpdateOptions): MetaUpdates {
  return {
    propose: (inputs) => propose(options, inputs),
    run: (payload, progress) => run(options, payload, progress),
    recover: (payload, progress) => recover(options, payload, progress),
  };
}

/** For a hive whose agents have no system of their own. */
export function noMetaUpdates(): MetaUpdates {
  const refuse = async (): Promise<never> => {
    throw new HiveError("unsupported", "this hive has no meta flake whose inputs could be updated", {
      hint: "only a hive on NixOS builds its agents from a flake",
    });
  };
  return { propose: refuse, run: refuse, recover: refuse };
}

async function propose({ inputs }: MetaUpdateOptions, names: readonly string[]): Promise<UpdatePayload> {
  const pinned = names.find((name) => isAgentInput(name));
  if (pinned !== undefined)
    throw new HiveError("invalid", `"${pinned}" is what was approved of an agent: it is not updated`, {
      hint: "request_apply_commit deploys another commit",
    });
  const now = await inputs.current();
  const known = now === undefined ? undefined : lockedInputs(now);
  const unknown = names.find((name) => known?.has(name) === false);
  if (unknown !== undefined)
    throw new HiveError("not_found", `the meta flake has no input "${unknown}"`, {
      hint: `there are ${[...(known?.keys() ?? [])].join(", ")}`,
    });
  const { before, after } = await inputs.newest(names, QUIET);
  const changes = inputChanges(before, after);
  if (changes.length === 0)
    throw new HiveError("conflict", "there is nothing newer: the inputs stay as they are");
  return {
    inputs: [...names],
    changes: changes.join("\n"),
    lock: await inputs.keep(after),
    base: inputsDigest(before),
  };
}

async function run(options: MetaUpdateOptions, payload: UpdatePayload, progress: Progress): Promise<void> {
  const { inputs } = options;
  const { signal, log, step } = progress;
  const lock = await inputs.kept(payload.lock);
  if (lock === undefined)
    throw new HiveError("not_found", "the lock file that was shown is gone", { hint: "ask for it again" });
  await mustBeCurrent(options, payload);
  const onAgent = (agent: string): void => step(`building the system of agent "${agent}"`, 0.2);
  await inputs.adopt(lock, { report: log, signal, onAgent });
  await restartAll(options, progress);
}

async function mustBeCurrent({ inputs }: MetaUpdateOptions, { base }: UpdatePayload): Promise<void> {
  const now = await inputs.current();
  if (now === undefined || inputsDigest(now) === base) return;
  throw new HiveError("conflict", "the inputs of the meta flake have changed since this was asked for", {
    hint: "ask again: the difference is another one now",
  });
}

/** All of them, also when one does not come up again: each was built. */
async function restartAll(
  { inputs, agents, lifecycle }: MetaUpdateOptions,
  { step, log, signal }: Progress,
): Promise<void> {
  const failed: string[] = [];
  for (const { name } of agents()) {
    signal.throwIfAborted();
    step(`restarting the container of agent "${name}"`, 0.7);
    try {
      await inputs.rebuild(name, { report: log, signal });
      await lifecycle.reload(name, { renewed: true });
    } catch (error) {
      signal.throwIfAborted();
      failed.push(`agent "${name}": ${toErrorBody(error).error}`);
    }
  }
  if (failed.length === 0) return;
  throw new HiveError(
    "unavailable",
    `the inputs are updated, but not every agent runs: ${failed.join("; ")}`,
    {
      hint: "hivectl agent list",
    },
  );
}

async function recover(
  options: MetaUpdateOptions,
  payload: UpdatePayload,
  progress: Progress,
): Promise<string | undefined> {
  const lock = await options.inputs.kept(payload.lock);
  const now = await options.inputs.current();
  if (lock === undefined || now === undefined || inputsDigest(now) !== inputsDigest(lock)) return CUT_OFF;
  try {
    await restartAll(options, progress);
    return undefined;
  } catch (error) {
    return toErrorBody(error).error;
  }
}
