// Nix for the tests: with HYPERHIVE_NIXPKGS the tree it names, else our own stubs, which the oldest nix can read.
import { join } from "node:path";
import { nixEval } from "../../scripts/lib/nix-eval.ts";

const HERE = import.meta.dirname;
/** Absolute path of a whole nixpkgs. */
const tree = process.env["HYPERHIVE_NIXPKGS"] || undefined;
export const kind = tree === undefined ? "stub" : "nixpkgs";
/** A real tree takes a minute or more. */
export const PATIENCE = tree === undefined ? 30_000 : 300_000;

/** Of a host as of an agent. */
interface Evaluated {
  /** Absent in stubs, which build nothing. */
  readonly drv: string | null;
  /** The text of the unit; in stubs its definition. */
  readonly unit: unknown;
  /** Messages of the assertions that do not hold. */
  readonly refused: readonly string[];
}

export interface Host extends Evaluated {
  /** container@.service, which stubs do not have. */
  readonly container: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly containers: boolean;
  readonly trusted: readonly string[];
  readonly admins: readonly string[];
  readonly nginx: { readonly http: string; readonly locations: Readonly<Record<string, unknown>> };
}

export interface Agent extends Evaluated {
  readonly json: Readonly<Record<string, unknown>>;
  readonly packages: readonly string[];
  readonly dhcp: boolean;
  readonly firewall: boolean;
  readonly nspawn: boolean;
  readonly user: unknown;
  readonly sudo: boolean;
  readonly sandboxFallback: boolean;
  readonly unfree: readonly boolean[];
  readonly etc: readonly string[];
}

export interface Answers {
  readonly reference: Readonly<Record<"host" | "agent", readonly string[]>> | null;
  readonly agentFields: readonly string[];
  readonly hosts: Readonly<Record<string, Host>>;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly desktop: { unit: unknown; pam: string; variables: unknown; harness: unknown };
  readonly badName: boolean;
  readonly badPackage: boolean;
  readonly wrong: Readonly<Record<string, readonly string[]>>;
}

let answers: Answers | undefined;

/** Evaluated once. */
export function ask(): Answers {
  const words =
    tree === undefined
      ? [join(HERE, "stub/default.nix")]
      : ["--arg", "nixpkgs", tree, join(HERE, "real.nix")];
  answers ??= nixEval({ words, ownStore: tree === undefined }) as Answers;
  return answers;
}
