/**
 * A true pipe for a child's output. What node:child_process and Bun.spawn call a pipe is a socket, and opening
 * /dev/stdout or /dev/stderr, as shell scripts do, fails on a socket with ENXIO.
 */
import { ptr } from "bun:ffi";
import { closeSync } from "node:fs";
import type { ChildOutput } from "../child-streams.ts";
import { libc } from "./libc.ts";

const O_CLOEXEC = 0o2000000;

export interface Pipe extends ChildOutput {
  /** For the child; close it here as soon as the child has it. */
  readonly writeEnd: number;
}

export function openPipe(): Pipe {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error("no pipe could be opened");
  const [readEnd = -1, writeEnd = -1] = ends;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let open = true;
  const close = (): void => {
    if (open) closeSync(readEnd);
    open = false;
  };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (!open) return;
    reader = Bun.file(readEnd).stream().getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel();
      close();
    }
  }
  const release = (): void => {
    // While it is read, the loop above closes it.
    if (reader === undefined) close();
    else reader.cancel().catch(() => {});
  };
  return { writeEnd, bytes: bytes(), release };
}
