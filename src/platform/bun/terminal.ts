/** isatty(3), ioctl(2) and write(2): a tenth of what node:fs takes to load. What is rare goes to node:fs, then. */
import { dlopen, FFIType, ptr } from "bun:ffi";
import type { Terminal } from "../terminal.ts";
import { writeAll } from "../write-all.ts";

const { i32, u64, i64, ptr: pointer } = FFIType;

const { isatty, ioctl, write } = dlopen("libc.so.6", {
  isatty: { args: [i32], returns: i32 },
  ioctl: { args: [i32, u64, pointer], returns: i32 },
  write: { args: [i32, pointer, u64], returns: i64 },
}).symbols;

const TIOCGWINSZ = 0x5413;

const fs = () => process.getBuiltinModule("node:fs");

export const terminal: Terminal = {
  isTerminal: (fd) => isatty(fd) === 1,
  columns: () => {
    /** struct winsize: rows, columns, and two that nobody sets. */
    const size = new Uint16Array(4);
    const columns = ioctl(1, TIOCGWINSZ, ptr(size)) === 0 ? (size[1] ?? 0) : 0;
    return columns === 0 ? undefined : columns;
  },
  write: (fd, text) => {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length === 0) return;
    const taken = Number(write(fd, ptr(bytes), bytes.length));
    // Why it took less is in errno, which ffi does not give: node:fs meets the same and says it.
    if (taken < bytes.length) writeAll(fs(), fd, bytes.subarray(Math.max(0, taken)));
  },
  readAll: () => fs().readFileSync(0, "utf8"),
  readLine: () => {
    const bytes = new Uint8Array(4096);
    const length = fs().readSync(0, bytes, 0, bytes.length, null);
    return length === 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, length)).split("\n")[0];
  },
};
