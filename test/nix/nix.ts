// Nix for the tests: with HYPERHIVE_NIXPKGS the tree it names, else our own stubs, which the oldest nix can read.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const HERE = import.meta.dirname;
/** Absolute path of a whole nixpkgs. */
const tree = process.env["HYPERHIVE_NIXPKGS"] || undefined;
export const kind = tree === undefined ? "stub" : "nixpkgs";
/** A real tree takes a minute or more. */
export const PATIENCE = tree === undefined ? 30_000 : 300_000;

/** Why nothing can be evaluated here; undefined when it can. */
export function nixReason(): string | undefined {
  return Bun.which("nix-instantiate") === null ? "nix is not installed" : undefined;
}

/** Throws what nix says. */
export function evaluate(words: readonly string[]): unknown {
  const scratch = mkdtempSync(join(tmpdir(), "hive-nix-"));
  try {
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      ["nix-instantiate", "--eval", "--strict", "--json", ...words],
      { env: { ...process.env, ...scratchStore(scratch) }, stdout: "pipe", stderr: "pipe" },
    );
    if (exitCode !== 0) throw new Error(stderr.toString().trim().slice(-2_000));
    return JSON.parse(stdout.toString());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Nothing is built, so no store of the machine is needed, nor the right to write to it. */
function scratchStore(dir: string): Record<string, string> {
  // Derivations of a real tree are named after the store they would be in.
  if (tree !== undefined) return {};
  return {
    NIX_STORE_DIR: join(dir, "store"),
    NIX_STATE_DIR: join(dir, "state"),
    NIX_LOG_DIR: join(dir, "log"),
    NIX_CONFIG: "build-users-group =",
  };
}

export interface Host {
  readonly drv: string | null;
  readonly unit: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly refused: readonly string[];
  readonly containers: boolean;
  readonly startTimeout: string;
  readonly admins: readonly string[];
  readonly nginx: { readonly http: string; readonly locations: Readonly<Record<string, unknown>> };
}

export interface Agent {
  readonly drv: string | null;
  readonly unit: unknown;
  readonly json: Readonly<Record<string, unknown>>;
  readonly refused: readonly string[];
  readonly nspawn: boolean;
  readonly user: unknown;
  readonly sudo: boolean;
  readonly sandboxFallback: boolean;
  readonly unfree: readonly boolean[];
  readonly etc: readonly string[];
}

export interface Answers {
  readonly agentFields: readonly string[];
  readonly hosts: Readonly<Record<string, Host>>;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly desktop: { unit: unknown; pam: string; variables: unknown; harness: unknown };
  readonly badName: boolean;
  readonly wrong: Readonly<Record<string, readonly string[]>>;
}

let answers: Answers | undefined;

/** Evaluated once. */
export function ask(): Answers {
  answers ??= evaluate(
    tree === undefined
      ? [join(HERE, "stub/default.nix")]
      : ["--arg", "nixpkgs", tree, join(HERE, "real.nix")],
  ) as Answers;
  return answers;
}
