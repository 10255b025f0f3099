/** `nix-instantiate --eval` as a function, in a store of its own: nothing is built, and no right of the machine needed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why nothing can be evaluated here; undefined when it can. */
export function nixReason(): string | undefined {
  return Bun.which("nix-instantiate") === null ? "nix is not installed" : undefined;
}

export interface NixEval {
  /** After `--eval --strict --json`. */
  readonly words: readonly string[];
  /** Derivations of a real nixpkgs are named after the store they would be in. */
  readonly ownStore?: boolean;
}

/** Throws what nix says. */
export function nixEval({ words, ownStore = true }: NixEval): unknown {
  const scratch = mkdtempSync(join(tmpdir(), "hive-nix-"));
  const store = {
    NIX_STORE_DIR: join(scratch, "store"),
    NIX_STATE_DIR: join(scratch, "state"),
    NIX_LOG_DIR: join(scratch, "log"),
    NIX_CONFIG: "build-users-group =",
  };
  try {
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      ["nix-instantiate", "--eval", "--strict", "--json", ...words],
      { env: { ...process.env, ...(ownStore ? store : {}) }, stdout: "pipe", stderr: "pipe" },
    );
    if (exitCode !== 0) throw new Error(stderr.toString().trim().slice(-2_000));
    return JSON.parse(stdout.toString());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
