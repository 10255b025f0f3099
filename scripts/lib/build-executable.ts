/** One `bun build --compile`, hardened: nothing in the current directory or the environment adds code to it. */
import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Defines } from "./build-inputs.ts";
import { DIST, ROOT } from "./paths.ts";

export interface Executable {
  readonly name: string;
  readonly entry: string;
  /** Further names it answers to, as links beside it. */
  readonly faces: readonly string[];
}

export interface Built {
  readonly bytes: number;
  readonly seconds: number;
}

export const COMPILE_OPTIONS = [
  "--compile",
  "--production",
  "--minify",
  "--bytecode",
  // With bytecode the default is CommonJS, which has no top-level await.
  "--format=esm",
  "--sourcemap",
  // One chunk for each dynamic import: hivectl does not load the daemon (11 ms became 5 for --version, 2026-11).
  "--splitting",
  // A computed import() would be resolved from the caller's current directory.
  "--reject-unresolved",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  // Makes code smuggled in by BUN_OPTIONS fail instead of run.
  "--compile-exec-argv=--disallow-code-generation-from-strings=strict --no-addons",
  "--asset=dist/web",
] as const;

export async function buildExecutable({ name, entry }: Executable, defines: Defines): Promise<Built> {
  const start = performance.now();
  // Built aside and renamed: the file in place may be running. Its name is part of the result, so only the folder differs.
  const aside = join(DIST, ".build");
  mkdirSync(aside, { recursive: true });
  const define = [
    `--define=__HIVE_VERSION__=${JSON.stringify(defines.version)}`,
    `--define=__HIVE_REVISION__=${JSON.stringify(defines.revision)}`,
  ];
  const command = [
    process.execPath,
    "build",
    ...COMPILE_OPTIONS,
    ...define,
    entry,
    "--outfile",
    join(aside, name),
  ];
  const child = Bun.spawn(command, {
    cwd: ROOT,
    env: process.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`"${name}" does not build:\n${(err + out).trim().slice(0, 4000)}`);
  renameSync(join(aside, name), join(DIST, name));
  return { bytes: statSync(join(DIST, name)).size, seconds: (performance.now() - start) / 1000 };
}
