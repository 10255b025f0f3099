import { describe, expect, test } from "bun:test";
import { HiveError } from "../wire/hive-error.ts";
import { command } from "./command.ts";
import { parseLine } from "./parse-line.ts";

const send = command({
  noun: "message",
  verb: "send",
  summary: "",
  args: {
    to: { type: "positional", required: true },
    body: { type: "positional", required: false },
    file: { type: "string", alias: "f" },
    urgent: { type: "boolean", alias: "u" },
    effort: { type: "enum", options: ["low", "high"] },
    lines: { type: "string", default: "200" },
  },
  examples: [],
  run: async () => {},
});
const many = command({
  noun: "agent",
  verb: "start",
  summary: "",
  args: { all: { type: "boolean" } },
  rest: { name: "agent", description: "", required: true },
  examples: [],
  run: async () => {},
});

async function refusal(words: readonly string[], of = send): Promise<string> {
  const error = await parseLine(of, words).catch((thrown: unknown) => thrown);
  if (!(error instanceof HiveError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  expect(error.code).toBe("invalid");
  return `${error.message} | ${error.hint ?? ""}`;
}

describe("parseLine", () => {
  test("gives each argument its value, in any order", async () => {
    const line = ["-u", "alice", "--file=a.md", "hello", "--effort", "high"];
    const { args } = await parseLine(send, line);
    expect(args).toMatchObject({ to: "alice", body: "hello", file: "a.md", urgent: true, effort: "high" });
  });

  test("fills in defaults, with and without citty", async () => {
    expect((await parseLine(send, ["alice"])).args["lines"]).toBe("200");
    expect((await parseLine(many, ["alice"])).args["all"]).toBeUndefined();
  });

  test("refuses an unknown option with the nearest one", async () => {
    expect(await refusal(["alice", "--urgnet"])).toBe('unknown option "--urgnet" | did you mean "--urgent"?');
    expect(await refusal(["alice", "--jsno"])).toContain('did you mean "--json"?');
    expect(await refusal(["alice", "-x"])).toContain('unknown option "-x"');
  });

  test("refuses a negation that means nothing", async () => {
    expect(await refusal(["alice", "--no-urgent"])).toContain('unknown option "--no-urgent"');
  });

  test("refuses words beyond the last argument", async () => {
    expect(await refusal(["alice", "hello", "there"])).toBe(
      'unexpected word "there" | put a text of several words in quotes: "…"',
    );
  });

  test("refuses an option that is given twice, or without its value", async () => {
    expect(await refusal(["alice", "-f", "a", "--file", "b"])).toContain('option "--file" is given twice');
    expect(await refusal(["alice", "--file"])).toContain('option "--file" needs a value');
    expect(await refusal(["alice", "--file", "--urgent"])).toContain(
      'needs a value, "--urgent" is an option',
    );
    expect(await refusal(["alice", "--urgent=yes"])).toContain("takes no value");
  });

  test("refuses a value that is none of an option's", async () => {
    expect(await refusal(["alice", "--effort", "huge"])).toContain(
      '"huge" is not a value of "--effort": low, high',
    );
  });

  test("names what is missing", async () => {
    expect(await refusal([])).toBe("<to> is missing | hivectl message send --help");
    expect(await refusal([], many)).toContain("<agent> is missing");
  });

  test("keeps values that look like options", async () => {
    const { args } = await parseLine(send, ["--file=--no-color", "--", "alice", "--urgent"]);
    expect(args).toMatchObject({ file: "--no-color", to: "alice", body: "--urgent" });
    expect(args["urgent"]).toBeUndefined();
  });

  test("takes a negative number and a lone dash for words", async () => {
    expect((await parseLine(send, ["-1", "-"])).args).toMatchObject({ to: "-1", body: "-" });
  });

  test("reads the options of every command anywhere", async () => {
    const { globals, rest } = await parseLine(many, ["--json", "a", "--no-color", "b", "--socket", "/s"]);
    expect(globals).toEqual({ json: true, color: false, socket: "/s", help: false });
    expect(rest).toEqual(["a", "b"]);
  });

  test("lets --help through whatever else is wrong with the words", async () => {
    expect((await parseLine(send, ["a", "b", "c", "--help"])).globals.help).toBe(true);
    expect((await parseLine(many, ["-h"])).globals.help).toBe(true);
  });
});
