/** Which runtime this is and how the program was called. Nothing here reads files. */
import { basename } from "node:path";
import process from "node:process";

export const isBun: boolean = "Bun" in globalThis;
export const isDeno: boolean = "Deno" in globalThis;

/** Entry points of a compiled executable live in Bun's virtual file system. */
const COMPILED_ROOT = "/$bunfs/";

/** True in what `bun build --compile` made. */
export function isCompiled(): boolean {
  return (process.argv[1] ?? "").startsWith(COMPILED_ROOT);
}

/** The name this program was called by: a symlink's own name, not what it points to. */
export function face(): string {
  if (isCompiled()) return basename(process.argv0);
  return basename(process.argv[1] ?? process.argv0);
}

/** The executable file itself. */
export function execPath(): string {
  return process.execPath;
}

/** Arguments after the program's own name. */
export function args(): readonly string[] {
  return process.argv.slice(2);
}

/**
 * How to start this program again under another face: the executable and the words that come first.
 * Uncompiled, the caller's script is what runs, so it must be told which one.
 */
export function selfArgv(script: string): readonly string[] {
  if (isCompiled()) return [process.execPath];
  return isDeno ? [process.execPath, "run", "-A", script] : [process.execPath, script];
}
