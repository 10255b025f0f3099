import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "./find-command.ts";
import { parseLine } from "./parse-line.ts";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
/** Command lines as a reader would paste them, without the comment behind them. */
const LINES = [...README.matchAll(/^dist\/hivectl (.+?)(?: +#.*)?$/gm)].map(([, line = ""]) => line);

function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

describe("README", () => {
  test.each(LINES)("names a command that there is: %s", async (line) => {
    const found = await findCommand(words(line));
    if (found.kind !== "command") throw new Error("it only shows help");
    await parseLine(found.command, found.words);
  });

  test("shows how to talk to the agents", () => {
    expect(LINES.length).toBeGreaterThanOrEqual(5);
  });
});
