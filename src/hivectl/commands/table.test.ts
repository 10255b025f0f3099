import { describe, expect, test } from "bun:test";
import { type Completes, NOUNS } from "../command.ts";
import { completeWords } from "../docs/complete.ts";
import { reference } from "../docs/reference.ts";
import { findCommand } from "../find-command.ts";
import { parseLine } from "../parse-line.ts";
import { COMMANDS } from "./table.ts";

/** Enough of a shell for the examples: quotes, and what stands around a pipe or a redirection. */
function shellWords(line: string): string[] {
  const own = /hivectl [^|>)]*/.exec(line)?.[0] ?? "";
  const words = own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? "").slice(1);
}

const names = async (kind: Completes) =>
  kind === "agent" ? ["alice", "bob"] : kind === "approval" ? ["7", "8"] : [];
const words = async (...line: string[]) =>
  (await completeWords(line, { commands: COMMANDS, names })).map(({ word }) => word);

describe("commands", () => {
  for (const entry of COMMANDS) {
    const name = `${entry.noun} ${entry.verb}`.trim();

    test(`"${name}" is what the table says, with examples that work`, async () => {
      const command = await entry.load();
      expect([command.noun, command.verb]).toEqual([entry.noun, entry.verb]);
      expect(entry.noun === "" || entry.noun in NOUNS).toBe(true);
      expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
      if (entry.hidden !== true) expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) {
        const found = await findCommand(shellWords(line));
        if (found.kind !== "command") throw new Error(`"${line}" calls nothing`);
        expect(found.command).toBe(command);
        await parseLine(found.command, found.words);
      }
    });
  }
});

describe("reference", () => {
  test("names every command once", async () => {
    const text = await reference(COMMANDS);
    for (const { noun, verb, hidden } of COMMANDS) {
      const title = `### hivectl ${noun === "" ? verb : `${noun} ${verb}`}\n`;
      expect(text.split(title).length - 1).toBe(hidden === true ? 0 : 1);
    }
  });
});

describe("completion", () => {
  test("offers nouns and single words first", async () => {
    const first = await words("");
    expect(first).toContain("agent");
    expect(first).toContain("pending");
    expect(first).toContain("list");
    expect(first).not.toContain("__complete");
  });

  test("offers the verbs of a noun", async () => {
    expect(await words("schedule", "")).toEqual(["add", "list", "remove", "enable", "disable"]);
    expect(await words("agent", "st")).toEqual(["status", "start", "stop"]);
  });

  test("offers agents where an agent is meant, once each", async () => {
    expect(await words("agent", "show", "")).toEqual(["alice", "bob"]);
    expect(await words("agent", "start", "alice", "")).toEqual(["bob"]);
    expect(await words("message", "send", "--file", "x", "b")).toEqual(["bob"]);
    expect(await words("remind", "a")).toEqual(["add", "alice"]);
  });

  test("offers approvals where one is meant", async () => {
    expect(await words("approve", "")).toEqual(["7", "8"]);
    expect(await words("approval", "show", "8")).toEqual(["8"]);
  });

  test("goes on after an agent's name that came before the verb", async () => {
    expect(await words("agent", "alice", "tr")).toEqual(["transcript"]);
    expect(await words("agent", "alice", "transcript", "--li")).toEqual(["--limit"]);
  });

  test("offers options and their values", async () => {
    expect(await words("message", "list", "--st")).toEqual(["--state"]);
    expect(await words("message", "list", "--state", "")).toContain("handled");
    expect(await words("approve", "7", "--no")).toEqual(["--note", "--no-wait", "--no-color"]);
  });

  test("offers nothing where anything goes", async () => {
    expect(await words("message", "send", "alice", "")).toEqual([]);
    expect(await words("nonsense", "")).toEqual([]);
  });
});
