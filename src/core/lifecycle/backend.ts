/**
 * What runs an agent's harness: one interface over all kinds of cages. What a backend cannot do is a field with a
 * default, never a question for its name. Expected states, backoff and crash loops are the supervisor's.
 */

import type { ProcessIdentity } from "../../platform/process.ts";
import type { RunResult } from "../../platform/run.ts";
import type { Env } from "../../platform/spawn.ts";
import type { AgentConfig } from "../../wire/agent-config.ts";
import type { AgentPlace } from "./place.ts";

export interface Capabilities {
  /** Agents are kept from the host, from each other and from the hive's state. */
  readonly isolated: boolean;
  /** Enforces memory, processor and task limits. */
  readonly limits: boolean;
  /** Runs a command the way the agent would see the world. */
  readonly exec: boolean;
  /** A running agent is not disturbed when the daemon restarts. */
  readonly survivesDaemonRestart: boolean;
  /** Nothing of the agent can outlive a stop, whatever it does to its environment. */
  readonly killsEverything: boolean;
  /** The harness is a service beneath an init: it can have ended while the run goes on. */
  readonly ownInit: boolean;
  /** Installs the packages that a configuration names. */
  readonly packages: boolean;
}

const NOTHING: Capabilities = {
  isolated: false,
  limits: false,
  exec: false,
  survivesDaemonRestart: false,
  killsEverything: false,
  ownInit: false,
  packages: false,
};

/** A backend names what it can do; the rest it cannot. */
export function capabilities(able: Partial<Capabilities>): Capabilities {
  return { ...NOTHING, ...able };
}

/** Where a caged agent finds them. */
export function cageConfigDirs(name: string): ConfigDirs {
  return { own: `/agents/${name}/config`, others: "/configs" };
}

/** Everything one start needs. */
export interface StartSpec {
  readonly place: AgentPlace;
  /** Tag of this start, in the environment of all its processes. */
  readonly owner: string;
  /** The hive-ag3nt executable. */
  readonly harness: string;
  /** The claude executable. */
  readonly claude: string | undefined;
  /** From the settings: handed to the harness as it is. */
  readonly env: Env;
  readonly limits: AgentConfig["limits"];
}

/** What is remembered of a start, so that a later daemon finds the processes again. Never agent-writable. */
export interface Run {
  /** Whose start it is: names the unit where there is one. */
  readonly agent: string;
  readonly owner: string;
  /** Role within the backend → process. `main` is the one whose end is the end of the agent. */
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
}

export interface StartedRun extends Run {
  /** Resolves with a sentence when `main` ended; never rejects. Absent where it is no child of ours: poll `alive`. */
  readonly exited?: Promise<string>;
}

export interface RunStats {
  /** Processes, harness and children together. */
  readonly processes: number;
  readonly rssBytes: number;
  /** Processor time since the start. */
  readonly cpuSeconds: number;
}

export interface StopOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

export interface ExecOptions {
  readonly timeoutMs: number;
  readonly input?: string | Uint8Array;
  /** Bytes kept of stdout and of stderr, each; as `run` where absent. */
  readonly maxOutput?: number;
}

/** Where an agent finds the configurations it may propose changes to, as it sees the world. */
export interface ConfigDirs {
  /** Its own work tree. */
  readonly own: string;
  /** The manager's work trees of the others, by name. */
  readonly others: string;
}

export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Why it is not isolated, in a sentence for every surface; absent when it is. */
  readonly warning?: string | undefined;
  /** A sentence when it cannot work on this machine. */
  probe(): Promise<string | undefined>;
  /** What must exist besides the agent's own directories. Repeatable; `report` gets the lines of slow steps. */
  create(place: AgentPlace, report?: (line: string) => void): Promise<void>;
  start(spec: StartSpec): Promise<StartedRun>;
  /** Ends everything that belongs to the run; also what is left of one whose main process is gone. */
  stop(run: Run, options: StopOptions): Promise<void>;
  alive(run: Run): boolean;
  /** A sentence for a run that is not alive and has no `exited`. */
  whyEnded?(run: Run): Promise<string>;
  /** What runs now, where somebody else on the host can start it too; our own starts among them. */
  survey?(): Promise<readonly Run[]>;
  /** Undoes `create`; the agent's directories stay. */
  destroy(place: AgentPlace): Promise<void>;
  exec(spec: StartSpec, argv: readonly string[], options: ExecOptions): Promise<RunResult>;
  /** Absent: as in every cage, see `cageConfigDirs`. */
  configDirs?(place: AgentPlace): ConfigDirs;
  stats(run: Run): Promise<RunStats>;
  /** Processes of the run that the kernel ended for want of memory; undefined where nobody counts. */
  oomKills?(run: Run): number | undefined;
  /** Last lines of what the agent's system wrote, where the harness does not write to the agent's log itself. */
  logs?(place: AgentPlace, lines: number): Promise<string[]>;
}
