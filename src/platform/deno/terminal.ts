/** By node's modules, which every runtime has. */
import fs from "node:fs";
import process from "node:process";
import tty from "node:tty";
import type { Terminal } from "../terminal.ts";
import { writeAll } from "../write-all.ts";

export const terminal: Terminal = {
  isTerminal: (fd) => tty.isatty(fd),
  columns: () => process.stdout.columns,
  write: (fd, text) => writeAll(fs, fd, new TextEncoder().encode(text)),
  readAll: () => fs.readFileSync(0, "utf8"),
  readLine: () => {
    const bytes = new Uint8Array(4096);
    const length = fs.readSync(0, bytes, 0, bytes.length, null);
    return length === 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, length)).split("\n")[0];
  },
};
