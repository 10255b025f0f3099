import { describe, expect, test } from "bun:test";
import { count, countdown, modelName, money, oneLine, plural, since, snippet } from "./format.ts";

describe("printed numbers", () => {
  test("keep small money apart from none", () => {
    expect([0, 0.0042, 0.42, 12.345].map(money)).toEqual(["$0", "$0.0042", "$0.42", "$12.35"]);
  });

  test("are short for many tokens", () => {
    expect([950, 1000, 8400, 84_200, 999_700, 1_250_000].map(count)).toEqual([
      "950",
      "1k",
      "8.4k",
      "84k",
      "1M",
      "1.3M",
    ]);
  });

  test("name the number's noun", () => {
    expect([plural(1, "agent"), plural(2, "agent")]).toEqual(["1 agent", "2 agents"]);
  });
});

describe("printed times", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");

  test("say how long something lasts", () => {
    expect(since("2026-11-23T11:58:00Z", now)).toBe("2m");
    expect(since("2026-11-23T12:00:00Z", now)).toBe("0s");
  });

  test("count down to now, never below", () => {
    expect(countdown("2026-11-23T12:01:30Z", now)).toBe("1m30s");
    expect(countdown("2026-11-23T11:00:00Z", now)).toBe("now");
  });
});

describe("printed text", () => {
  test("is one line and cut", () => {
    expect(oneLine("a\n\n b", 10)).toBe("a b");
    expect(oneLine("abcdef", 4)).toBe("abc…");
    expect(oneLine("spawn \u202ecod.exe\u2069", 40)).toBe("spawn \ufffdcod.exe\ufffd");
  });

  test("shortens a model's name", () => {
    expect(modelName("claude-opus-4-1-20250805")).toBe("opus-4-1");
  });
});

describe("a snippet", () => {
  test("shows the words, not the marks of markdown", () => {
    expect(snippet("## findings\n\n- the **parser** in `parse.ts`\n1. a_b * c", 60)).toBe(
      "findings the parser in parse.ts a_b * c",
    );
  });
});
