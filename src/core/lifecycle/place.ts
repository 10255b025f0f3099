/**
 * Where things of an agent lie. Names are checked before they become a path; the agent itself can write only
 * beneath `claude`, `state`, `proposed` and `others` (and `home` where it is not caged), so nothing in those is opened by c0re.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { ensureDir } from "../../platform/atomic-file.ts";
import { HiveError } from "../../wire/errors.ts";
import { AGENT_NAME_RULE, isAgentName } from "../../wire/ids.ts";

export interface AgentPlace {
  readonly name: string;
  /** `S/agents/<name>` */
  readonly root: string;
  /** claude's own files: `~/.claude` of the agent. */
  readonly claude: string;
  /** `$HYPERHIVE_STATE_DIR` */
  readonly state: string;
  /** Files c0re makes for the agent; it can read some of them and write none. */
  readonly config: string;
  /** The agent's work tree of its configuration: it writes here, so c0re never opens anything beneath. */
  readonly proposed: string;
  /** A manager's work trees of the other agents' configurations; made for managers only. As `proposed`. */
  readonly others: string;
  /** c0re's own repository of the configuration. Not visible to the agent. */
  readonly applied: string;
  /** Directory of agent.json, the configuration that runs: the agent reads it. */
  readonly deployed: string;
  /** Output of the harness. Not visible to the agent. */
  readonly log: string;
  /** Home directory where the backend has no own file system. */
  readonly home: string;
  /** `R/agents/<name>`: holds the agent's socket. */
  readonly socketDir: string;
}

export interface Roots {
  readonly stateDir: string;
  readonly runtimeDir: string;
}

export function agentPlace({ stateDir, runtimeDir }: Roots, name: string): AgentPlace {
  if (!isAgentName(name))
    throw new HiveError("invalid", `"${name}" is not an agent name: ${AGENT_NAME_RULE}`, {
      hint: "hivectl agent list",
    });
  const root = join(stateDir, "agents", name);
  return {
    name,
    root,
    claude: join(root, "claude"),
    state: join(root, "state"),
    config: join(root, "config"),
    proposed: join(root, "config", "proposed"),
    others: join(root, "config", "others"),
    applied: join(root, "config", "applied.git"),
    deployed: join(root, "config", "deployed"),
    log: join(root, "log"),
    home: join(root, "home"),
    socketDir: join(runtimeDir, "agents", name),
  };
}

/** Makes all of them, private to the hive's user. Repeatable; gives what was new, for an undo. */
export function makePlace(place: AgentPlace): readonly string[] {
  const wanted = [
    place.root,
    place.claude,
    place.state,
    place.config,
    place.proposed,
    place.deployed,
    place.log,
    place.home,
    place.socketDir,
  ];
  const made = wanted.filter((path) => !isDirectory(path));
  for (const path of wanted) ensureDir(path);
  return made;
}

/** A real directory; a link that was put in its place is none. */
export function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
