/** What a check of `hivectl doctor` is: data with a function that looks. It reads, and changes nothing. */
import type { Clock } from "../../lib/clock.ts";
import type { RunResult } from "../../platform/run.ts";
import type { Finding } from "../../wire/system.ts";
import type { Agents, Links, Timeline } from "../services.ts";
import type { Settings } from "../settings.ts";

export interface DoctorContext {
  readonly settings: Settings;
  readonly agents: Agents;
  readonly links: Links;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly backend: {
    readonly name: string;
    readonly isolated: boolean;
    readonly warning?: string | undefined;
  };
  /** The claude that agents are started with; undefined when none was found. */
  readonly claude: string | undefined;
  /** What SQLite's own check says; empty when all is well. */
  readonly databaseProblems: () => readonly string[];
  readonly run: (argv: readonly string[]) => Promise<RunResult>;
}

export type Look = (context: DoctorContext) => Found[] | Promise<Found[]>;

export type Found = Omit<Finding, "check">;

export interface Check {
  /** Stable. */
  readonly name: string;
  readonly look: Look;
}

export function ok(text: string): Found {
  return { level: "ok", text };
}

export function warn(text: string, remedy: string): Found {
  return { level: "warn", text, remedy };
}

export function bad(text: string, remedy: string): Found {
  return { level: "error", text, remedy };
}

/** One finding for each trouble, or one that says that there is none. */
export function eachOr(found: readonly Found[], fine: string): Found[] {
  return found.length === 0 ? [ok(fine)] : [...found];
}
