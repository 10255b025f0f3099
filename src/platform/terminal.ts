/**
 * The three standard streams for a short-lived program, by descriptor and at once. Not process.stdout, node:tty or
 * node:fs: loading them takes longer than such a program runs (2026-11). A daemon has log.ts.
 */

export type StdFd = 0 | 1 | 2;

export interface Terminal {
  isTerminal(fd: StdFd): boolean;
  /** Width of the terminal behind standard output; undefined when there is none. */
  columns(): number | undefined;
  /** All of it, before it returns. Throws with `code` EPIPE when the reader has gone. */
  write(fd: 1 | 2, text: string): void;
  /** Standard input to its end. */
  readAll(): string;
  /** One typed line without its newline; undefined at the end of input. */
  readLine(): string | undefined;
}

export async function openTerminal(): Promise<Terminal> {
  const driver = "Bun" in globalThis ? await import("./bun/terminal.ts") : await import("./deno/terminal.ts");
  return driver.terminal;
}
