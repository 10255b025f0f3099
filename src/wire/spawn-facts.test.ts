import { describe, expect, test } from "bun:test";
import { requestFacts } from "./spawn-facts.ts";

describe("a request for an agent", () => {
  test("tells who it is, what it has, and what was left out", () => {
    const config = {
      role: "agent",
      system_prompt: "You review.",
      packages: ["ripgrep", "jq"],
      effort: "high",
    };
    expect(requestFacts("spawn", { name: "carol", config, prompt: "Begin." })).toEqual([
      ["name", "carol"],
      ["role", "agent"],
      ["persona", "You review."],
      ["model", "claude's default"],
      ["packages", "ripgrep, jq"],
      ["backend", "the hive's default"],
      ["first message", "Begin."],
      ["effort", "high"],
    ]);
  });

  test("of another kind is told as it is", () => {
    expect(requestFacts("destroy", { name: "carol", purge: false, x: undefined })).toEqual([
      ["name", "carol"],
      ["purge", false],
    ]);
  });
});
