/** docs/tools/hivectl-cli.md from hivectl's commands. `--check` fails when the committed file says something else. */
import { join } from "node:path";
import { COMMANDS } from "../../src/hivectl/commands/table.ts";
import { checkReference, REFERENCE_PATH, writeReference } from "../../src/hivectl/docs/reference.ts";
import { ROOT } from "../lib/paths.ts";

const path = join(ROOT, REFERENCE_PATH);
try {
  if (process.argv.includes("--check")) await checkReference(path, COMMANDS);
  else await writeReference(path, COMMANDS);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
