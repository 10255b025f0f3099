import { describe, expect, test } from "bun:test";
import { createLogger, defaultLogFormat, type LogFormat } from "./log.ts";

function capture(format: LogFormat) {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLogger({ name: "core", format, level: "debug", write, clock: { now: () => 0 } });
  return { log, lines, last: () => JSON.parse((lines.at(-1) ?? "").replace(/^<\d>/, "")) };
}

describe("log", () => {
  test("writes one JSON object a line, with the fields of its parents", () => {
    const { log, lines } = capture("json");
    log.child({ agent: "alice" }).info({ n: 1, id: 9_223_372_036_854_775_807n }, "line\nbreak");
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","name":"core","msg":"line\\nbreak","agent":"alice","n":1,"id":"9223372036854775807"}\n',
    ]);
  });

  test("gives journald its priorities", () => {
    const { log, lines } = capture("journal");
    log.debug({}, "d");
    log.info({}, "i");
    log.warn({}, "w");
    log.error({}, "e");
    expect(lines.map((line) => line.slice(0, 3))).toEqual(["<7>", "<6>", "<4>", "<3>"]);
  });

  test("hides secrets by key and by shape, at any depth", () => {
    const { log, lines, last } = capture("json");
    const headers = { Authorization: "Bearer abcdefghijkl", "x-ok": "yes" };
    const error = new Error("refused sk-ant-api03-abcdef");
    log.error(
      { token: "t", hive_token: "t", api_key: "k", input_tokens: 7, headers, error, list: ["sk-ant-x1234"] },
      "Bearer abcdefghijkl",
    );
    expect(lines.join("")).not.toMatch(/sk-ant-|abcdefghijkl|:"[tk]"/);
    expect(last()).toMatchObject({ input_tokens: 7, token: "[redacted]", hive_token: "[redacted]" });
    expect(last().headers["x-ok"]).toBe("yes");
  });

  test("cannot be given a time, level or message by a field", () => {
    const { log, last } = capture("json");
    log.info({ level: "error", msg: "forged" }, "true");
    expect(last()).toMatchObject({ level: "info", msg: "true" });
  });

  test("survives an object that contains itself", () => {
    const { log, lines } = capture("json");
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    log.info({ loop }, "x");
    expect(lines).toHaveLength(1);
  });

  test("for people lets no control character reach the terminal", () => {
    const { log, lines } = capture("human");
    log.warn({ who: "alice", text: "two words" }, "title\u001b]0;evil\u0007");
    expect(lines[0]).toBe('00:00:00.000 warn  core: title\ufffd]0;evil\ufffd who=alice text="two words"\n');
  });

  test("leaves out what is below its level", () => {
    const lines: string[] = [];
    createLogger({ name: "x", level: "warn", format: "json", write: (line) => void lines.push(line) }).info(
      {},
      "no",
    );
    expect(lines).toEqual([]);
  });

  test("is for people on a terminal, for journald under systemd, else JSON", () => {
    expect(defaultLogFormat({ INVOCATION_ID: "x" }, true)).toBe("human");
    expect(defaultLogFormat({ JOURNAL_STREAM: "8:1" }, false)).toBe("journal");
    expect(defaultLogFormat({}, false)).toBe("json");
  });
});
