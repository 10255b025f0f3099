/**
 * The systems of all agents, built from the meta flake. Everything is tried in a draft: what is committed is what was
 * built, and what an agent may run. One after the other, since all agents share the flake.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../platform/log.ts";
import type { Systems } from "./container-target.ts";
import { inDraft, type MetaDraft } from "./meta-draft.ts";
import { type MetaAgent, renderMetaFlake } from "./meta-flake.ts";
import { type MetaFiles, type MetaRepo, metaRepo, removeLocks } from "./meta-repo.ts";
import type { NixHow, NixOptions } from "./nix.ts";
import { lockFlake, prebuildToplevel, setProfile, updateFlake } from "./prebuild.ts";

export interface MetaSystemsOptions {
  readonly stateDir: string;
  /** Flake reference of hyperhive itself. */
  readonly hyperhive: string;
  /** Agents there are now, with what is applied of each. */
  readonly agents: () => readonly MetaAgent[];
  readonly nix: Omit<NixOptions, "cache">;
  /** Of an agent's container. */
  readonly profile: (agent: string) => string;
  readonly log: Logger;
}

export interface MetaSystems extends Systems {
  /** For a container that has none yet: of what is applied, else of the base alone. */
  buildFirst(agent: string, how: NixHow): Promise<void>;
  forget(agent: string): Promise<void>;
  /** At the start: what was cut off is mended, and the flake says again what is applied. */
  settle(): Promise<void>;
  readonly inputs: MetaInputs;
}

/** The inputs that no agent brings: hyperhive, and by it nixpkgs. */
export interface MetaInputs {
  /** The lock files that are and that would be; nothing is changed. */
  newest(
    inputs: readonly string[],
    how: NixHow,
  ): Promise<{ readonly before: string; readonly after: string }>;
  /** Keeps a lock file for `adopt`; gives its id. */
  keep(lock: string): Promise<string>;
  kept(id: string): Promise<string | undefined>;
  current(): Promise<string | undefined>;
  /** Builds every agent with this lock file, and only then commits it; `onAgent` before each. */
  adopt(lock: string, how: NixHow & { readonly onAgent: (agent: string) => void }): Promise<void>;
  /** The agent's system as it is committed. */
  rebuild(agent: string, how: NixHow): Promise<void>;
}

interface Context extends MetaSystemsOptions {
  readonly repo: MetaRepo;
  readonly nixHere: NixOptions;
}

const QUIET: NixHow = { report: () => {} };

export function metaSystems(options: MetaSystemsOptions): MetaSystems {
  const context: Context = {
    ...options,
    repo: metaRepo(join(options.stateDir, "meta")),
    nixHere: { ...options.nix, cache: join(options.stateDir, "cache") },
  };
  const inTurn = turns();
  const known = (name: string): MetaAgent =>
    options.agents().find((agent) => agent.name === name) ?? { name };
  return {
    build: ({ agent, sha, repository }, how) =>
      inTurn(async () => {
        const wanted = withAgent(context, { name: agent, applied: { repository, sha } });
        await drafted(context, { agents: wanted, how }, async (draft) => {
          await prebuildToplevel(draft.ref, context.nixHere, { ...how, agent });
        });
      }),
    switchTo: ({ agent, sha, repository }, how) =>
      inTurn(() => switchTo(context, { name: agent, applied: { repository, sha } }, how)),
    buildFirst: (agent, how) => inTurn(() => switchTo(context, known(agent), how)),
    forget: (name) => inTurn(() => forget(context, name)),
    settle: () => inTurn(() => settle(context)),
    inputs: {
      newest: (inputs, how) => inTurn(() => newest(context, inputs, how)),
      keep: context.repo.keep,
      kept: context.repo.kept,
      current: async () => (await context.repo.committed())?.lock,
      adopt: (lock, how) => inTurn(() => adopt(context, lock, how)),
      rebuild: (agent, how) => inTurn(() => switchTo(context, known(agent), how)),
    },
  };
}

function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

function others({ agents }: Context, name: string): readonly MetaAgent[] {
  return agents().filter((agent) => agent.name !== name);
}

function withAgent(context: Context, agent: MetaAgent): readonly MetaAgent[] {
  return [...others(context, agent.name), agent];
}

interface Wanted {
  readonly agents: readonly MetaAgent[];
  readonly how: NixHow;
  /** In place of the committed one. */
  readonly lock?: string;
}

/** The flake of these agents, locked: inputs that are known stay as they are. */
async function drafted<T>(
  { repo, hyperhive, stateDir, nixHere }: Context,
  { agents, how, lock }: Wanted,
  work: (draft: MetaDraft) => Promise<T>,
): Promise<T> {
  const flake = renderMetaFlake({ hyperhive, agents });
  const before = await repo.committed();
  const start = lock ?? before?.lock;
  const files = { flake, ...(start === undefined ? {} : { lock: start }) };
  return inDraft(join(stateDir, "meta-draft"), files, async (draft) => {
    if (flake !== before?.flake || lock !== undefined) await lockFlake(draft.ref, nixHere, how);
    return work(draft);
  });
}

async function commit({ repo }: Context, agents: readonly MetaAgent[], files: MetaFiles): Promise<void> {
  const names = agents.map(({ name }) => name).toSorted();
  await repo.commit(files, `agents: ${names.length === 0 ? "none" : names.join(" ")}`);
}

async function switchTo(context: Context, agent: MetaAgent, how: NixHow): Promise<void> {
  const { nixHere, profile } = context;
  const agents = withAgent(context, agent);
  const { built, files } = await drafted(context, { agents, how }, async (draft) => ({
    built: await prebuildToplevel(draft.ref, nixHere, { ...how, agent: agent.name }),
    files: draft.files(),
  }));
  await commit(context, agents, files);
  await setProfile(profile(agent.name), built, { options: nixHere, how });
}

/** Of an agent that goes: also where nix does not work any more. The next build writes the flake without it. */
async function forget(context: Context, name: string): Promise<void> {
  const { repo, log } = context;
  if ((await repo.committed()) === undefined) return;
  try {
    await writeAnew(context, others(context, name));
  } catch (error) {
    log.warn({ error, agent: name }, "the meta flake could not be written without the agent");
  }
}

async function writeAnew(context: Context, agents: readonly MetaAgent[]): Promise<void> {
  const files = await drafted(context, { agents, how: QUIET }, async (draft) => draft.files());
  await commit(context, agents, files);
}

async function settle(context: Context): Promise<void> {
  const { repo, nixHere, log } = context;
  if (!existsSync(repo.path)) return;
  // The next build writes it too, and says what is wrong: no reason for the whole hive to stay down.
  try {
    await repo.heal();
    removeCacheLocks(nixHere.cache);
    const { hyperhive, agents } = context;
    if ((await repo.committed())?.flake === renderMetaFlake({ hyperhive, agents: agents() })) return;
    await writeAnew(context, agents());
  } catch (error) {
    log.warn({ error }, "the meta flake could not be written anew");
  }
}

/** nix keeps a repository of each git input there, and git in it does not wait for a lock that is nobody's. */
function removeCacheLocks(cache: string): void {
  const repositories = join(cache, "nix/gitv3");
  if (!existsSync(repositories)) return;
  for (const entry of readdirSync(repositories, { withFileTypes: true }))
    if (entry.isDirectory()) removeLocks(join(repositories, entry.name));
}

async function newest(
  context: Context,
  inputs: readonly string[],
  how: NixHow,
): Promise<{ before: string; after: string }> {
  return drafted(context, { agents: context.agents(), how }, async (draft) => {
    const before = draft.files().lock;
    await updateFlake(draft.ref, context.nixHere, { ...how, inputs });
    return { before, after: draft.files().lock };
  });
}

async function adopt(
  context: Context,
  lock: string,
  { onAgent, ...how }: NixHow & { readonly onAgent: (agent: string) => void },
): Promise<void> {
  const agents = context.agents();
  const files = await drafted(context, { agents, how, lock }, async (draft) => {
    for (const { name } of agents) {
      onAgent(name);
      await prebuildToplevel(draft.ref, context.nixHere, { ...how, agent: name });
    }
    return draft.files();
  });
  await commit(context, agents, files);
}
