import { describe, expect, test } from "bun:test";
import { scene } from "../../test/support/web-scene.ts";
import type { AgentRow } from "../wire/agents.ts";
import { viewAgent } from "./agent-view.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");

function row(name: string, change: Partial<AgentRow> = {}): AgentRow {
  const found = scene(NOW).agents.find((agent) => agent.name === name);
  if (found === undefined) throw new Error(`no "${name}" in the scene`);
  return { ...found, ...change };
}

const lights = (agent: AgentRow): string[] => viewAgent(agent, NOW).lights.map(({ text }) => text);

describe("the word for an agent", () => {
  test("follows what is observed, most serious first", () => {
    expect(viewAgent(row("hm1nd"), NOW).word).toBe("idle");
    expect(viewAgent(row("alice"), NOW).word).toBe("working");
    expect(viewAgent(row("alice", { paused: true }), NOW).word).toBe("pausing after this turn");
    expect(viewAgent(row("carol", { paused: true }), NOW).word).toBe("needs login");
    expect(viewAgent(row("carol", { process: "failed" }), NOW).word).toBe("failed");
  });

  test("never says that an agent works whose harness does not answer", () => {
    const silent = row("alice", { connected: false });
    expect(viewAgent(silent, NOW).word).toBe("not answering");
    expect(lights(silent)).toEqual(["running", "running, not answering", "unknown"]);
  });

  test("counts down to the restart and to the end of a rate limit", () => {
    expect(viewAgent(row("dave"), NOW).line).toEndWith("again in 28s");
    expect(viewAgent(row("bob"), NOW).line).toEndWith("on again in 24m20s");
  });
});

describe("the three lights", () => {
  test("tell wish, process and ability apart", () => {
    expect(lights(row("bob"))).toEqual(["running", "running", "rate limited"]);
    expect(lights(row("dave"))).toEqual(["running", "backoff", "unknown"]);
    expect(viewAgent(row("dave"), NOW).lights[1].tone).toBe("warn");
  });

  test("are calm when a stop was wished", () => {
    const stopped = row("alice", { expected: "stopped", process: "stopped", connected: false });
    expect(viewAgent(stopped, NOW).lights.map(({ tone }) => tone)).toEqual(["off", "off", "off"]);
  });
});
