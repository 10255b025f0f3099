/** hive-forge, the agents' tool for the forge: comes with a later version, and says so. */
import process from "node:process";
import { ERRORS } from "../../src/wire/errors.ts";

export function main(_words: readonly string[]): void {
  console.error("hive-forge: the forge is not part of this version");
  console.error("  next: use git with a remote of your own");
  process.exitCode = ERRORS.unsupported.exit;
}
