/** flock(2) through Deno.FsFile. */

/** The part of Deno used here; the other runtime's compiler does not know its types. */
interface DenoFile {
  tryLockSync(exclusive: boolean): boolean;
  close(): void;
}
interface DenoFs {
  openSync(path: string, options: { read: boolean; write: boolean; create: boolean; mode: number }): DenoFile;
}

/** Gives the release, or undefined when someone else holds it. */
export function tryLock(path: string): (() => void) | undefined {
  const deno = (globalThis as unknown as { Deno: DenoFs }).Deno;
  const file = deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  if (!file.tryLockSync(true)) {
    file.close();
    return undefined;
  }
  let held = true;
  return () => {
    if (held) file.close();
    held = false;
  };
}
