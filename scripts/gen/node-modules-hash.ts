/**
 * nix/packages/node-modules-hash.json from a clean install. `--check` only looks whether it was computed of the
 * lockfile that is committed: it needs no network, and test/nix computes the hash again.
 */
import { writeFileSync } from "node:fs";
import {
  cleanInstall,
  HASH_FILE,
  INSTALL_FLAGS,
  inputsDigest,
  type NodeModulesHash,
  readHashFile,
} from "../lib/node-modules-hash.ts";

function main(check: boolean): void {
  const inputs = inputsDigest();
  if (check) {
    if (readHashFile().inputs !== inputs) throw new Error("it was computed of another bun.lock");
    return;
  }
  using installed = cleanInstall();
  const content: NodeModulesHash = { hash: installed.hash, flags: INSTALL_FLAGS, inputs };
  writeFileSync(HASH_FILE, `${JSON.stringify(content, null, 2)}\n`);
  console.log(installed.hash);
}

try {
  main(process.argv.includes("--check"));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
