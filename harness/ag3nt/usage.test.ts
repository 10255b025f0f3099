import { describe, expect, test } from "bun:test";
import { TurnUsage } from "../../src/wire/usage.ts";
import { ResultLine } from "./claude/lines.ts";
import { usageCount } from "./usage.ts";

const result = (more: object): ResultLine =>
  ResultLine.parse({ type: "result", subtype: "success", num_turns: 1, ...more });

describe("the usage of a turn", () => {
  test("is one that hive-c0re takes, whatever numbers claude prints", () => {
    for (const number of [1e308, -1e308, -1, 0.4, 2 ** 60, null]) {
      const usage = usageCount(0);
      usage.add(
        result({
          num_turns: 1,
          total_cost_usd: number ?? 0,
          usage: { input_tokens: number, output_tokens: number, cache_read_input_tokens: number },
        }),
      );
      usage.add(result({ num_turns: number ?? 1, usage: { output_tokens: number } }));
      usage.context(number ?? 0);
      usage.model("m".repeat(5_000));
      expect(TurnUsage.safeParse(usage.total(1.5)).error).toBeUndefined();
    }
  });

  test("is counted from what the process had cost before", () => {
    const usage = usageCount(2);
    usage.add(result({ num_turns: 3, total_cost_usd: 2.5, usage: { input_tokens: 7 } }));
    expect(usage.total(10)).toMatchObject({ cost_usd: 0.5, input_tokens: 7, num_turns: 3, duration_ms: 10 });
  });
});
