/** docs/tools/hivectl-cli.md from hivectl's commands. `--check` fails when the committed file says something else. */
import { join } from "node:path";
import { checkReference, REFERENCE_PATH, writeReference } from "../../src/hivectl/docs/reference.ts";
import { ROOT } from "../lib/paths.ts";

const path = join(ROOT, REFERENCE_PATH);
try {
  if (process.argv.includes("--check")) await checkReference(path);
  else await writeReference(path);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
