/** hive-forge, the agents' tool for the forge: comes with a later version, and says so. */
import process from "node:process";
import { ERRORS } from "../../src/wire/errors.ts";

export function main(words: readonly string[]): void {
  if (words[0] === "--help" || words[0] === "-h") {
    console.log("hive-forge: the agents' tool for a forge\n\nusage: hive-forge --version | --help\n");
    console.log("The forge is not part of this version; use git with a remote of your own.");
    return;
  }
  console.error("hive-forge: the forge is not part of this version");
  console.error("  next: use git with a remote of your own");
  process.exitCode = ERRORS.unsupported.exit;
}
