/** Builds the browser bundle and both executables into dist/, unless dist/ already holds exactly this. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable, type Executable } from "./lib/build-executable.ts";
import { type Defines, hashInputs, readDefines } from "./lib/build-inputs.ts";
import { buildWeb } from "./lib/build-web.ts";
import { DIST, ROOT } from "./lib/paths.ts";

const EXECUTABLES: readonly Executable[] = [
  { name: "hive-c0re", entry: "src/main.ts", faces: ["hivectl"] },
  { name: "hive-ag3nt", entry: "harness/main.ts", faces: ["hive-forge"] },
];
const STAMP = join(DIST, ".stamp");

function isFresh(hash: string): boolean {
  const names = EXECUTABLES.flatMap(({ name, faces }) => [name, ...faces]);
  return (
    existsSync(STAMP) &&
    readFileSync(STAMP, "utf8") === hash &&
    names.every((name) => existsSync(join(DIST, name)))
  );
}

async function buildAll(defines: Defines): Promise<void> {
  const start = performance.now();
  const files = await buildWeb(defines);
  console.log(`web         ${files.length} files (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  for (const executable of EXECUTABLES) {
    const { name, entry, faces } = executable;
    if (!existsSync(join(ROOT, entry))) throw new Error(`"${name}" has no "${entry}" to be built from`);
    const { bytes, seconds } = await buildExecutable(executable, defines);
    for (const face of faces) {
      rmSync(join(DIST, face), { force: true });
      symlinkSync(name, join(DIST, face));
    }
    console.log(
      `${name.padEnd(11)} ${(bytes / 1e6).toFixed(1)} MB (${seconds.toFixed(1)} s), also ${faces.join(", ")}`,
    );
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { force: { type: "boolean" }, "web-only": { type: "boolean" } } });
  const defines = readDefines();
  mkdirSync(DIST, { recursive: true });
  if (values["web-only"]) {
    console.log(`web: ${(await buildWeb(defines)).length} files in dist/web`);
    return;
  }
  const hash = hashInputs(defines);
  if (!values.force && isFresh(hash)) {
    console.log(`dist: up to date (${defines.version}, ${defines.revision})`);
    return;
  }
  rmSync(STAMP, { force: true });
  await buildAll(defines);
  writeFileSync(STAMP, hash);
}

try {
  await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
