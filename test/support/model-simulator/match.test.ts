import { describe, expect, test } from "bun:test";
import type { Conversation } from "./conversation.ts";
import { chooseRule } from "./match.ts";
import { parseScript, type RuleInput } from "./script.ts";

const BASE: Conversation = {
  model: "claude-sonnet-5",
  stream: true,
  effort: "high",
  tools: [],
  agent: "alice",
  system: "",
  lastUser: "please run the tests",
  toolResults: [],
  injected: "",
  history: "hello\nplease run the tests",
  turn: 2,
  step: 0,
  subagent: false,
  compaction: false,
};
const AFTER_BASH = { step: 1, toolResults: [{ tool: "Bash", text: "42 passed", isError: false }] } as const;

const chosen = (
  rules: readonly RuleInput[],
  change: Partial<Conversation> = {},
  uses: readonly number[] = [],
) => chooseRule(parseScript(rules), uses, { ...BASE, ...change });
const fits = (when: RuleInput["when"], change: Partial<Conversation> = {}) =>
  chosen([{ when }], change) !== undefined;

describe("rule", () => {
  test("the first that fits wins", () => {
    const rules = [{ when: { last_user: "nothing" } }, { when: { last_user: "tests" } }, { when: {} }];
    expect(chosen(rules)?.index).toBe(1);
  });

  test("plain text is not a regular expression", () => {
    expect(fits({ last_user: "r.n" })).toBe(false);
    expect(fits({ last_user: "/r.n/" })).toBe(true);
    expect(fits({ last_user: "/PLEASE/i" })).toBe(true);
  });

  test("groups come by number and by name", () => {
    const groups = chosen([{ when: { last_user: "/run the (?<what>\\w+)/" } }])?.match.groups;
    expect(groups).toMatchObject({ "0": "run the tests", "1": "tests", what: "tests" });
  });

  test("answers the message once, not again when the tool's result comes back", () => {
    expect(fits({ last_user: "tests" }, AFTER_BASH)).toBe(false);
    expect(fits({ last_user: "tests", step: 1 }, AFTER_BASH)).toBe(true);
    expect(fits({ last_user: "tests", tool_result: true }, AFTER_BASH)).toBe(true);
  });

  test("picks the tool's result by tool and content", () => {
    expect(fits({ tool_result: { tool: "Bash", contains: "42" } }, AFTER_BASH)).toBe(true);
    expect(fits({ tool_result: { tool: "Read" } }, AFTER_BASH)).toBe(false);
    expect(fits({ tool_result: { is_error: true } }, AFTER_BASH)).toBe(false);
    expect(fits({ tool_result: true })).toBe(false);
  });

  test("finds one of several results", () => {
    const toolResults = [
      { tool: "mcp__bash__run", text: "one", isError: false },
      { tool: "mcp__hyperhive__send", text: "sent m7", isError: false },
    ];
    const rule = { when: { tool_result: { tool: "mcp__hyperhive__send", contains: "/sent (\\w+)/" } } };
    const match = chosen([rule], { step: 1, toolResults })?.match;
    expect(match?.groups["1"]).toBe("m7");
    expect(match?.toolResult?.tool).toBe("mcp__hyperhive__send");
  });

  test("is for one agent, any agent, or everybody", () => {
    expect(fits({ agent: "alice" })).toBe(true);
    expect(fits({ agent: "bob" })).toBe(false);
    expect(fits({ agent: "*" })).toBe(true);
    expect(fits({ agent: "*" }, { agent: undefined })).toBe(false);
    expect(fits({}, { agent: undefined })).toBe(true);
  });

  test("looks at history, and at what is not in it", () => {
    expect(fits({ history: "hello" })).toBe(true);
    expect(fits({ not_history: "hello" })).toBe(false);
    expect(fits({ history: "hello", not_history: "goodbye" })).toBe(true);
  });

  test("counts turns", () => {
    expect(fits({ turn: 2 })).toBe(true);
    expect(fits({ turn: 1 })).toBe(false);
    expect(fits({ turn: { min: 2 } })).toBe(true);
    expect(fits({ turn: { max: 1 } })).toBe(false);
  });

  test("leaves subagents and summaries alone unless it names them", () => {
    expect(fits({}, { subagent: true })).toBe(false);
    expect(fits({ subagent: true }, { subagent: true })).toBe(true);
    expect(fits({}, { compaction: true, step: 3 })).toBe(false);
    expect(fits({ compaction: true }, { compaction: true, step: 3 })).toBe(true);
  });

  test("is passed over once it is used up", () => {
    const rules: readonly RuleInput[] = [{ times: 2, error: "overloaded" }, { say: "hello" }];
    expect(chosen(rules, {}, [1, 0])?.index).toBe(0);
    expect(chosen(rules, {}, [2, 0])?.index).toBe(1);
  });
});

describe("script", () => {
  test("a typo is refused with the place", () => {
    expect(() => parseScript([{}, { wen: {} }])).toThrow(/"wen"[\s\S]*\[1\]/);
    expect(() => parseScript([{ when: { last_user: "/(/" } }])).toThrow("bad regular expression");
    expect(() => parseScript([{ delay_ms: 1e9 }])).toThrow();
  });
});
