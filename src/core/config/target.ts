/**
 * What a deploy does besides storing the configuration, by kind of backend. Embedded backends: embedded-target.ts.
 * On NixOS `prepare` is the build and `activate` the switch.
 */
import type { AgentConfig } from "../../wire/agent-config.ts";

export interface Deployment {
  /** Of the approval. */
  readonly id: bigint;
  readonly agent: string;
  readonly sha: string;
  /** c0re's bare repository that holds the commit. */
  readonly repository: string;
  readonly config: AgentConfig;
}

export interface Progress {
  step(text: string, progress?: number): void;
  /** A line of the log that is no step. */
  log(line: string): void;
  readonly signal: AbortSignal;
}

export interface DeployTarget {
  /** Everything that may fail without touching what runs. */
  prepare(deployment: Deployment, progress: Progress): Promise<void>;
  /**
   * After the configuration was stored: makes it run. Run again after a crash in the middle, and for the one before
   * when it fails.
   */
  activate(deployment: Deployment, progress: Progress): Promise<void>;
}
