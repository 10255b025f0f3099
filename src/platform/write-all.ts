/** Every byte to a descriptor, however little it takes at a time. node:fs is passed in: not every caller loads it. */
import { errnoOf } from "./errno.ts";

interface Fs {
  writeSync(fd: number, bytes: Uint8Array, offset: number): number;
}

/** Between tries at a pipe that somebody made non-blocking and whose reader is slow. */
const RETRY_MS = 5;

export function writeAll(fs: Fs, fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if (errnoOf(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
