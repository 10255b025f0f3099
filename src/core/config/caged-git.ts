/**
 * git in a work tree that an agent can write. Its configuration, hooks and filters are code, so it runs the way the
 * agent itself runs: in its cage, with nothing but the agent's own rights. Only bytes come back, and they are
 * believed by nobody (receive.ts). What can be switched off is switched off as well, for backends without a cage.
 */
import type { RunResult } from "../../platform/run.ts";
import { HiveError } from "../../wire/errors.ts";
import type { ConfigDirs, ExecOptions } from "../lifecycle/backend.ts";

/** The lifecycle, as far as it is needed here. */
export interface Cages {
  exec(name: string, argv: readonly string[], options: ExecOptions): Promise<RunResult>;
  configDirs(name: string): ConfigDirs;
}

export interface WorkTree {
  /** In whose cage it lies. */
  readonly writer: string;
  /** Whose configuration it is. */
  readonly agent: string;
  /** As the writer sees it. */
  readonly path: string;
}

export function workTree(cages: Cages, writer: string, agent: string): WorkTree {
  const { own, others } = cages.configDirs(writer);
  return { writer, agent, path: writer === agent ? own : `${others}/${agent}` };
}

const ENV = [
  "GIT_CONFIG_NOSYSTEM=1",
  "GIT_CONFIG_GLOBAL=/dev/null",
  "GIT_ALLOW_PROTOCOL=none",
  "GIT_NO_LAZY_FETCH=1",
  "GIT_NO_REPLACE_OBJECTS=1",
  "GIT_OPTIONAL_LOCKS=0",
  "GIT_TERMINAL_PROMPT=0",
  "GIT_PAGER=cat",
  "LC_ALL=C.UTF-8",
];

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.sshCommand=false",
  "protocol.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "safe.directory=*",
].flatMap((setting) => ["-c", setting]);

export function cagedArgv({ path }: WorkTree, args: readonly string[]): readonly string[] {
  return ["env", ...ENV, "git", ...SETTINGS, `--git-dir=${path}/.git`, `--work-tree=${path}`, ...args];
}

/** Whatever git's exit code was. */
export async function cagedGit(
  cages: Cages,
  tree: WorkTree,
  { args, ...how }: Partial<ExecOptions> & { readonly args: readonly string[] },
): Promise<RunResult> {
  const result = await cages.exec(tree.writer, cagedArgv(tree, args), { timeoutMs: 30_000, ...how });
  if (result.timedOut)
    throw new HiveError("timeout", `git took too long in the work tree of agent "${tree.agent}"`);
  return result;
}
