/**
 * Bytes to the terminal, and what kind of thing it is. By descriptor: process.stdout and node:tty take longer to
 * load than a short command takes to run (2026-11).
 */
import { fstatSync, readFileSync, readSync, writeSync } from "node:fs";

/** Character devices that are not terminals: /dev/null, /dev/zero and their kin. */
const MEMORY_DEVICES = 1;

export function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && ((stat.rdev >> 8) & 0xfff) !== MEMORY_DEVICES;
  } catch {
    return false;
  }
}

/** Ends the process quietly when the reader has gone (`hivectl watch | head`). */
export function write(fd: 1 | 2, text: string): void {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      // Somebody made the pipe non-blocking; its reader needs a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export function readStdin(): string {
  return readFileSync(0, "utf8");
}

/** One line from the terminal, without its newline; undefined at its end. */
export function readAnswer(): string | undefined {
  const bytes = new Uint8Array(1024);
  const length = readSync(0, bytes, 0, bytes.length, null);
  return length === 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, length)).replace(/\r?\n$/, "");
}
