import { describe, expect, test } from "bun:test";
import { AgentConfig, chosenFields } from "./agent-config.ts";

describe("a configuration that somebody decides about", () => {
  test("is told by what differs from the default", () => {
    const config = AgentConfig.parse({ model: "sonnet", tools: ["Read"], limits: { tasks_max: 9 } });
    expect(chosenFields(config)).toEqual([
      ["model", "sonnet"],
      ["tools", ["Read"]],
      ["limits", { tasks_max: 9 }],
    ]);
    expect(chosenFields(AgentConfig.parse({}))).toEqual([]);
    expect(chosenFields("nonsense")).toEqual([]);
  });
});
