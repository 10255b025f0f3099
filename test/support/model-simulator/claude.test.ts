// The simulator against the real `claude` binary: what makes every end-to-end test trustworthy.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { type ClaudeEvent, type ClaudeOptions, makeClaudeHome, startClaude } from "./claude-process.ts";
import type { RuleInput } from "./script.ts";
import { type ModelSimulator, startModelSimulator } from "./server.ts";
import { startTinyMcp } from "./tiny-mcp.ts";

setDefaultTimeout(40_000);

const ALICE = ["--append-system-prompt", 'You are agent "alice", one of a hive.'];
const BASH = ["--tools", "Bash", ...ALICE];

/** One short run: what the CLI's result says for one message. */
const oneTurn = async (
  simulator: ModelSimulator,
  options: Partial<ClaudeOptions> & { readonly text?: string } = {},
): Promise<{ result: ClaudeEvent; events: readonly ClaudeEvent[] }> => {
  using home = makeClaudeHome();
  await using claude = startClaude({ home, args: BASH, env: simulator.env(), ...options });
  claude.send(options.text ?? "hello");
  const result = await claude.result();
  return { result, events: claude.events };
};

const simulate = (...rules: readonly RuleInput[]) => startModelSimulator({ rules });
const rulesUsed = (simulator: ModelSimulator) => simulator.requests.map((request) => request.rule);
const retries = (events: readonly ClaudeEvent[]) => events.filter((event) => event.subtype === "api_retry");
const retryEnv = (simulator: ModelSimulator, max: number) => ({
  ...simulator.env(),
  CLAUDE_CODE_MAX_RETRIES: String(max),
});

describe("claude with the simulator", () => {
  test("speaks, and the request says who asks and how", async () => {
    await using simulator = await simulate({ thinking: "let me see", say: "good morning, {{last_user}}" });
    const { result, events } = await oneTurn(simulator, { args: [...BASH, "--effort", "low"], text: "bee" });
    expect(result).toMatchObject({ subtype: "success", is_error: false, result: "good morning, bee" });
    expect(result).toMatchObject({ num_turns: 1, stop_reason: "end_turn" });
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.requests[0]).toMatchObject({
      agent: "alice",
      lastUser: "bee",
      effort: "low",
      outcome: "done",
    });
    expect(simulator.requests[0]?.sessionId).toBe(String(result["session_id"]));
    const kinds = events
      .filter((event) => event.type === "assistant")
      .map((event) => JSON.stringify(event["message"]));
    expect(kinds[0]).toContain('"thinking"');
    expect(simulator.otherRequests.filter((call) => call !== "HEAD /")).toEqual([]);
  });

  test("runs Bash and hands the result back", async () => {
    await using simulator = await simulate(
      {
        when: { last_user: "/^run (.+)$/" },
        say: "on it",
        tool_use: { name: "Bash", input: { command: "{{match.1}}" } },
      },
      { when: { tool_result: { tool: "Bash" } }, say: "it printed {{tool_result}}" },
    );
    const { result } = await oneTurn(simulator, { text: "run echo $((6 * 7))" });
    expect(result).toMatchObject({ result: "it printed 42", num_turns: 2 });
  });

  test("calls two tools in one reply", async () => {
    const bash = (command: string) => ({ name: "Bash", input: { command } });
    await using simulator = await simulate(
      { when: { last_user: "both" }, tool_use: [bash("echo one"), bash("echo two")] },
      { when: { tool_result: { contains: "one" } }, say: "first {{tool_result}}" },
    );
    const { result } = await oneTurn(simulator, { text: "both" });
    expect(result["result"]).toBe("first one");
    expect(simulator.requests[1]?.toolResult).toBe("two");
  });

  test("calls an MCP tool over http", async () => {
    await using mcp = await startTinyMcp();
    const tool = "mcp__hyperhive__send";
    await using simulator = await simulate(
      {
        when: { last_user: "tell bob" },
        tool_use: { name: tool, input: { to: "bob", text: "hi from {{agent}}" } },
      },
      { when: { tool_result: { tool, contains: "/accepted as (\\w+)/" } }, say: "sent {{match.1}}" },
    );
    const { result } = await oneTurn(simulator, {
      text: "tell bob",
      args: [...BASH, "--mcp-config", mcp.config],
    });
    expect(result["result"]).toBe("sent m1");
    expect(mcp.sent).toEqual([
      { arguments: { to: "bob", text: "hi from alice" }, toolUseId: expect.stringMatching(/^toolu_sim_/) },
    ]);
    expect(simulator.requests[0]?.tools).toContain(tool);
  });

  test("routes a subagent by its header", async () => {
    await using simulator = await simulate(
      {
        when: { last_user: "delegate" },
        tool_use: {
          name: "Agent",
          input: { description: "count", prompt: "count sheep", subagent_type: "general-purpose" },
        },
      },
      { name: "sub", when: { subagent: true, last_user: "sheep" }, say: "seven" },
      { when: { tool_result: { tool: "Agent", contains: "seven" } }, say: "there are seven" },
    );
    const { result } = await oneTurn(simulator, {
      text: "delegate",
      args: ["--tools", "Bash,Task", ...ALICE],
    });
    expect(result["result"]).toBe("there are seven");
    const sub = simulator.requests.find((request) => request.rule === "sub");
    expect(sub).toMatchObject({ subagent: true, agent: "alice", agentId: expect.any(String) });
  });

  test("sees a message slipped into a running turn", async () => {
    await using simulator = await simulate(
      {
        when: { last_user: "work" },
        tool_use: { name: "Bash", input: { command: "until [ -e go ]; do sleep 0.05; done" } },
      },
      { when: { injected: "/also (\\w+)/" }, say: "yes, {{match.1}}" },
    );
    using home = makeClaudeHome();
    const args = [...BASH, "--replay-user-messages"];
    await using claude = startClaude({ home, args, env: simulator.env() });
    claude.send("work");
    await claude.waitFor((event) => event.type === "assistant");
    claude.send("also sweep");
    // The queue is not visible from outside; a control request answered afterwards proves that the line was read.
    claude.control({ subtype: "mcp_status" });
    await claude.waitFor((event) => event.type === "control_response");
    writeFileSync(`${home.path}/go`, "");
    expect((await claude.result())["result"]).toBe("yes, sweep");
  });
});

describe("claude's session with the simulator", () => {
  test("keeps its history over a resume", async () => {
    await using simulator = await simulate(
      { when: { last_user: "remember" }, say: "noted" },
      { when: { last_user: "what was it", history: "/number (\\d+)/", turn: 2 }, say: "it was {{match.1}}" },
    );
    using home = makeClaudeHome();
    const id = crypto.randomUUID();
    for (const [args, text, answer] of [
      [["--session-id", id], "remember number 17", "noted"],
      [["--resume", id], "what was it", "it was 17"],
    ] as const) {
      await using claude = startClaude({ home, env: simulator.env(), args: [...BASH, ...args] });
      claude.send(text);
      expect((await claude.result())["result"]).toBe(answer);
      expect(await claude.finish()).toBe(0);
    }
    expect(simulator.requests.map((request) => request.sessionId)).toEqual([id, id]);
  });

  test("an interrupt is an aborted request, and the next message works", async () => {
    await using simulator = await simulate({
      when: { last_user: "long" },
      say: "word ".repeat(2000),
      chunk_ms: 20,
    });
    using home = makeClaudeHome();
    await using claude = startClaude({ home, env: simulator.env(), args: BASH });
    claude.send("a long one");
    await simulator.waitFor((request) => request.eventsSent > 10);
    claude.control({ subtype: "interrupt" });
    expect(await claude.result()).toMatchObject({ is_error: true, terminal_reason: "aborted_streaming" });
    expect((await simulator.waitFor((request) => request.aborted)).lastUser).toBe("a long one");
    claude.send("short");
    expect((await claude.result())["result"]).toBe("ok");
    expect(simulator.requests.at(-1)).toMatchObject({ lastUser: "short", turn: 2, rule: "default" });
  });

  test("is compacted after a prompt that is too long, and goes on", async () => {
    await using simulator = await simulate(
      { when: { last_user: "too much" }, error: "prompt_too_long", times: 1 },
      { when: { last_user: "too much", history: "was simulated" }, say: "with a summary" },
    );
    using home = makeClaudeHome();
    await using claude = startClaude({ home, env: simulator.env(), args: BASH });
    for (const text of ["one", "two", "three"]) {
      claude.send(text);
      expect((await claude.result())["result"]).toBe("ok");
    }
    claude.send("too much");
    expect((await claude.result())["result"]).toBe("with a summary");
    expect(rulesUsed(simulator).slice(3)).toEqual(["#1", "compaction", "#2"]);
    expect(claude.events.some((event) => event.subtype === "compact_boundary")).toBe(true);
  });
});

describe("claude and the simulator's faults", () => {
  test("retries an overloaded model and succeeds", async () => {
    await using simulator = await simulate({ error: "overloaded", times: 1 }, { say: "at last" });
    const { result, events } = await oneTurn(simulator, { env: retryEnv(simulator, 3) });
    expect(result["result"]).toBe("at last");
    expect(retries(events)).toMatchObject([{ error: "overloaded", error_status: 529 }]);
  });

  test("waits as long as a 429 asks, and gives up at once when that is long", async () => {
    await using simulator = await simulate(
      { error: { status: 429, retry_after: 1 }, times: 1 },
      { say: "patience" },
    );
    const waited = await oneTurn(simulator, { env: retryEnv(simulator, 2) });
    expect(waited.result["result"]).toBe("patience");
    expect(retries(waited.events)).toMatchObject([{ error: "rate_limit", retry_delay_ms: 1000 }]);
    simulator.setRules([{ error: { status: 429, retry_after: 3600 } }]);
    const refused = await oneTurn(simulator);
    expect(refused.result).toMatchObject({ is_error: true, api_error_status: 429 });
    expect(retries(refused.events)).toEqual([]);
  });

  test("tells a subscription's limit with its reset", async () => {
    await using simulator = await simulate({
      error: "rate_limit",
      rate_limit: { status: "rejected", resets_in_s: 7200 },
    });
    const { result, events } = await oneTurn(simulator, { env: simulator.env({ login: "oauth" }) });
    expect(result).toMatchObject({ is_error: true, api_error_status: 429 });
    const limit = events.find((event) => event.type === "rate_limit_event")?.["rate_limit_info"];
    expect(limit).toMatchObject({ status: "rejected", rateLimitType: "five_hour" });
    const resetsAt = (limit as { resetsAt: number }).resetsAt;
    expect(Math.abs(resetsAt - Date.now() / 1000 - 7200)).toBeLessThan(30);
    expect(simulator.requests[0]?.auth).toBe("bearer");
  });

  test("warns before a subscription's limit", async () => {
    const rate_limit = { status: "allowed_warning", utilization: 0.92, resets_in_s: 600 } as const;
    await using simulator = await simulate({ say: "fine", rate_limit });
    const { result, events } = await oneTurn(simulator, { env: simulator.env({ login: "oauth" }) });
    expect(result["result"]).toBe("fine");
    expect(events.find((event) => event.type === "rate_limit_event")?.["rate_limit_info"]).toMatchObject({
      status: "allowed_warning",
      utilization: 0.92,
    });
  });

  test("knows a login that is refused", async () => {
    await using simulator = await simulate({ error: "unauthorized" });
    const { result, events } = await oneTurn(simulator, { env: retryEnv(simulator, 0) });
    expect(result).toMatchObject({ is_error: true, api_error_status: 401 });
    expect(events.find((event) => event.type === "assistant")).toMatchObject({
      error: "authentication_failed",
    });
    simulator.setRules([{ error: "forbidden" }]);
    const forbidden = await oneTurn(simulator);
    expect(forbidden.result).toMatchObject({ is_error: true, api_error_status: 403 });
  });

  test.each(["rst", "error"] as const)("asks again without a stream after %s in the middle", async (how) => {
    await using simulator = await simulate({
      say: "a sentence of some length, cut in two",
      cut: { after_events: 4, how },
    });
    const { result } = await oneTurn(simulator);
    expect(result).toMatchObject({ is_error: false, result: "a sentence of some length, cut in two" });
    expect(simulator.requests.map((request) => [request.stream, request.outcome])).toEqual([
      [true, "cut"],
      [false, "done"],
    ]);
  });

  test("tries again with a stream when it broke before the first event", async () => {
    await using simulator = await simulate(
      { cut: { after_events: 0, how: "end" }, times: 1 },
      { say: "second try" },
    );
    const { result } = await oneTurn(simulator, { env: retryEnv(simulator, 2) });
    expect(result["result"]).toBe("second try");
  });

  test("takes a stream cut after a whole block for a success without a stop reason", async () => {
    // message_start, ping, block start, one delta, block stop.
    await using simulator = await simulate({ say: "half", cut: { after_events: 5, how: "end" } });
    const { result } = await oneTurn(simulator);
    expect(result).toMatchObject({ is_error: false, result: "half", stop_reason: null });
  });
});
