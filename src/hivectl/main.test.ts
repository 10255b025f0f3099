import { describe, expect, test } from "bun:test";
import { agentRow, fakeHive } from "./testing.ts";

const ID = "01JDXM3V6T0000000000000000";
const AT = "2026-11-23T11:58:00.000Z";

function operation(state: string, more: Record<string, unknown> = {}) {
  return {
    operation: {
      id: ID,
      kind: "spawn",
      agent: "alice",
      state,
      step: "making it",
      started_at: AT,
      log_lines: 0,
      log: [],
      ...more,
    },
  };
}

function message(state: string, more: Record<string, unknown> = {}) {
  return {
    id: ID,
    from: "operator",
    to: "alice",
    body: "hi",
    priority: "normal",
    state,
    redelivered: 0,
    created_at: AT,
    ...more,
  };
}

const event = (seq: number, data: Record<string, unknown>) => ({
  type: "event",
  event: { seq, at: AT, data },
});

describe("hivectl", () => {
  test("prints the agents at 80 columns, the manager first", async () => {
    await using hive = await fakeHive({
      agents: {
        agents: [
          agentRow("alice", {
            state: { kind: "turn", lease_id: "x", activity: "mcp__bash__run" },
            queued: 2,
            active_model: "claude-sonnet-5",
            cost_today_usd: 1.204,
          }),
          agentRow("hm1nd", {
            role: "manager",
            status_text: "coordinating a rather long list of things that does not fit",
          }),
          agentRow("bob", {
            process: "backoff",
            connected: false,
            reason: "it exited with 1",
            retry_at: "2026-11-23T12:00:05.000Z",
          }),
          agentRow("carol", { paused: true }),
        ],
      },
    });
    const { code, out } = await hive.run(["list"]);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "NAME   STATE        QUEUED  MODEL     TODAY  DOING",
        "hm1nd  idle 12s                          $0  coordinating a rather long list of…",
        "alice  working 12s       2  sonnet-5  $1.20  bash run",
        "bob    restarting                        $0  it exited with 1, again in 5s",
        "carol  paused                            $0",
        "",
      ].join("\n"),
    );
    expect(hive.requests).toEqual([{ cmd: "agents" }]);
  });

  test("says loudly when agents are not isolated", async () => {
    await using hive = await fakeHive({
      agents: { agents: [agentRow("alice", { backend: "process", isolated: false })] },
    });
    expect((await hive.run(["list"])).out).toContain('! not isolated: backend "process"');
  });

  test("leaves the text room at 80 columns, and takes the end of an id that it showed", async () => {
    const long = message("handled", {
      from: "zoe-the-extraordinarily-long-na",
      to: "bob",
      body: "please run the whole suite on my branch",
    });
    await using hive = await fakeHive({
      messages: { messages: [long], more: false },
      message: { message: long },
    });
    const [, line = ""] = (await hive.run(["message", "list"])).out.split("\n");
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line).toContain("please run the whole suite");
    const shown = line.split(" ")[0] ?? "";
    expect((await hive.run(["message", "show", shown])).out).toContain(long.id);
    expect(hive.requests.at(-1)).toEqual({ cmd: "message", id: long.id });
    const none = await hive.run(["message", "show", "ZZZZ"]);
    expect(none.err).toContain('no message has an id that ends with "ZZZZ"');
  });

  test("lets nothing an agent wrote move the cursor", async () => {
    await using hive = await fakeHive({
      messages: {
        messages: [message("handled", { body: "\u001b[2J\u001b]0;x\u0007ev\u202eil\u009b1m" })],
        more: false,
      },
    });
    const { out } = await hive.run(["message", "list"]);
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(out).toContain("ev");
  });

  test("colours only a terminal, and not when told otherwise", async () => {
    await using hive = await fakeHive({ agents: { agents: [agentRow("alice")] } });
    const colour = "\u001b[";
    expect((await hive.run(["list"])).out).not.toContain(colour);
    expect((await hive.run(["list"], { terminals: [1] })).out).toContain(colour);
    expect((await hive.run(["list", "--no-color"], { terminals: [1] })).out).not.toContain(colour);
    expect((await hive.run(["list"], { terminals: [1], env: { NO_COLOR: "1" } })).out).not.toContain(colour);
  });

  test("prints the daemon's answer verbatim with --json, fields it does not know included", async () => {
    await using hive = await fakeHive({ agents: { agents: [{ ...agentRow("alice"), brand_new: [1] }] } });
    const { out } = await hive.run(["--json", "agent", "list"]);
    expect(JSON.parse(out)).toEqual({ agents: [{ ...agentRow("alice"), brand_new: [1] }] });
  });

  test("carries an approval's 64 bits there and back", async () => {
    const id = 9223372036854775807n;
    const approval = {
      id,
      agent: "alice",
      kind: "spawn",
      commit_ref: "",
      requested_at: AT,
      status: "approved",
    };
    await using hive = await fakeHive({
      approve: { approval },
      deny: {},
      pending: { approvals: [approval] },
    });
    expect((await hive.run(["approve", String(id)])).out).toBe(`approved #${id}: spawn for alice\n`);
    expect((await hive.run(["deny", "-1", "--note", "no"])).code).toBe(0);
    expect(hive.requests).toEqual([
      { cmd: "approve", id },
      { cmd: "deny", id: -1, note: "no" },
    ]);
    expect((await hive.run(["pending", "--json"])).out).toContain(`"id": ${id}`);
  });

  test("exits by the error table and says the next step", async () => {
    await using hive = await fakeHive({
      agent: {
        error: 'agent "ghost" is not managed by this hive',
        code: "not_found",
        hint: "hivectl agent list",
      },
    });
    const plain = await hive.run(["agent", "show", "ghost"]);
    expect(plain).toEqual({
      code: 4,
      out: "",
      err: 'error: agent "ghost" is not managed by this hive\n hint: hivectl agent list\n',
    });
    const json = await hive.run(["agent", "show", "ghost", "--json"]);
    expect(JSON.parse(json.err)).toMatchObject({ code: "not_found" });
  });

  test("refuses a hive that speaks a newer version", async () => {
    await using hive = await fakeHive({ agents: { version: 2, agents: [] } });
    expect(await hive.run(["list"])).toMatchObject({ code: 6, err: expect.stringContaining('version "2"') });
  });

  test("never takes an empty list of agents for all of them", async () => {
    await using hive = await fakeHive({ stop: { agent_names: ["alice", "bob"] } });
    expect(await hive.run(["agent", "stop"])).toMatchObject({ code: 2 });
    expect(await hive.run(["agent", "stop", "alice", "--all"])).toMatchObject({ code: 2 });
    expect((await hive.run(["agent", "stop", "--all"])).out).toBe("stopped alice, bob\n");
    await hive.run(["agent", "stop", "alice", "--now"]);
    expect(hive.requests).toEqual([
      { cmd: "stop", all: true, graceful: true },
      { cmd: "stop", scope: { agent_names: ["alice"] }, graceful: false },
    ]);
  });

  test("takes a text from the line or from standard input, not from both or none", async () => {
    await using hive = await fakeHive({ send: { ids: [ID], repeated: false } });
    expect((await hive.run(["message", "send", "alice", "hi"])).out).toBe(`sent ${ID}\n`);
    await hive.run(["message", "send", "alice", "-"], { stdin: "from a pipe\n" });
    expect(hive.requests.map((request) => request["body"])).toEqual(["hi", "from a pipe\n"]);
    expect(await hive.run(["message", "send", "alice"])).toMatchObject({ code: 2 });
    expect(await hive.run(["message", "send", "alice", "hi", "-f", "x"])).toMatchObject({ code: 2 });
    expect((await hive.run(["message", "send", "alice", "-f", "x"])).err).toContain(
      'cannot read "x" (ENOENT)',
    );
  });

  test("understands the short form of remind", async () => {
    const reminder = {
      id: ID,
      agent: "alice",
      body: "x",
      due_at: AT,
      created_by: "operator",
      created_at: AT,
      state: "pending",
    };
    await using hive = await fakeHive({ remind: { reminder }, reminders: { reminders: [reminder] } });
    expect((await hive.run(["remind", "alice", "Look again.", "--in", "5m"])).code).toBe(0);
    expect((await hive.run(["remind", "list"])).code).toBe(0);
    expect(hive.requests).toEqual([
      { cmd: "remind", agent: "alice", body: "Look again.", in_seconds: 300 },
      { cmd: "reminders" },
    ]);
    expect(await hive.run(["remind", "alice", "x"])).toMatchObject({ code: 2 });
  });

  test("watches a spawn to its end", async () => {
    await using hive = await fakeHive({
      spawn: { operation_id: ID },
      watch_operation: [operation("running", { progress: 0.5 }), operation("done")],
    });
    const { code, out, err } = await hive.run(["agent", "spawn", "alice", "--model", "opus"], {
      terminals: [2],
    });
    expect(out).toBe('"alice" runs; hivectl agent watch alice\n');
    expect(err).toContain("50% making it");
    expect(code).toBe(0);
    expect(hive.requests[0]).toEqual({ cmd: "spawn", name: "alice", config: { model: "opus" } });
  });

  test("spawns with a persona and packages from the line", async () => {
    await using hive = await fakeHive({ spawn: { operation_id: ID } });
    const line = ["agent", "spawn", "dora", "--persona", "-", "--packages", "ripgrep, jq", "--no-wait"];
    const { code, out } = await hive.run(line, { stdin: "You keep the changelog.\n" });
    expect({ code, out }).toEqual({ code: 0, out: `creating "dora"; hivectl operation follow ${ID}\n` });
    expect(hive.requests[0]).toMatchObject({
      name: "dora",
      config: { system_prompt: "You keep the changelog.", packages: ["ripgrep", "jq"] },
    });
  });

  test("says why a spawn failed", async () => {
    await using hive = await fakeHive({
      spawn: { operation_id: ID },
      watch_operation: [operation("failed", { error: "no room", hint: "make room" })],
    });
    const { code, err } = await hive.run(["agent", "spawn", "alice"]);
    expect(err).toBe('error: spawn of "alice" failed: no room\n hint: make room\n');
    expect(code).toBe(5);
  });

  test("leaves a spawn running on Ctrl-C and says how to go on", async () => {
    const interrupt = new AbortController();
    await using hive = await fakeHive({
      spawn: { operation_id: ID },
      watch_operation: () => {
        interrupt.abort();
        return [operation("running")];
      },
    });
    const { code, err } = await hive.run(["agent", "spawn", "alice"], { signal: interrupt.signal });
    expect(err).toContain(`hivectl operation follow ${ID}`);
    expect(code).toBe(130);
  });

  test("approves, shows the log as it comes, and ends with the operation", async () => {
    const line = (n: number, text: string) => ({ n, at: AT, line: text });
    const approval = { id: 7, agent: "hm1nd", kind: "merge_config_pr", commit_ref: "", requested_at: AT };
    const log = [line(0, "building its system"), line(1, "\u001b[2Jbuilding 'a.drv'")];
    const frames = [
      operation("running", { step: "building its system", log_lines: 2, log }),
      // A stream that was cut begins again.
      operation("running", { step: "building its system", log_lines: 2, log }),
      operation("done", { log_lines: 90, log: [line(88, "almost"), line(89, "there")] }),
    ];
    await using hive = await fakeHive({
      approve: { approval: { ...approval, status: "approved", operation_id: ID } },
      watch_operation: frames,
      operations: { operations: [operation("running").operation] },
    });
    const { code, out, err } = await hive.run(["approve", "7"], { terminals: [2] });
    expect({ code, out }).toEqual({
      code: 0,
      out: "approved #7: deploy for hm1nd\n#7 is done\n",
    });
    expect(err.match(/building 'a\.drv'/g)).toHaveLength(1);
    expect(err).toContain("\u{fffd}[2Jbuilding 'a.drv'");
    expect(err).toContain("… 86 lines left out");
    expect(err).toContain("building its system · 2m");
    const alone = await hive.run(["approve", "7", "--no-wait"]);
    expect(alone.out).toBe(`approved #7: deploy for hm1nd; hivectl operation follow ${ID}\n`);
    const followed = await hive.run(["operation", "follow", ID]);
    expect(followed.out).toContain("there\ndone\n");
    const raw = await hive.run(["operation", "follow", ID, "--json"]);
    expect(raw.out.trim().split("\n")).toHaveLength(3);
  });

  test("purges only after the name was typed, or --yes", async () => {
    await using hive = await fakeHive({
      destroy: { operation_id: ID },
      watch_operation: [operation("done")],
    });
    const line = ["agent", "destroy", "alice", "--purge"];
    expect(await hive.run(line)).toMatchObject({ code: 2 });
    expect(await hive.run(line, { terminals: [0, 2], answer: "alcie" })).toMatchObject({ code: 130 });
    expect(hive.requests).toEqual([]);
    expect(await hive.run(line, { terminals: [0, 2], answer: "alice" })).toMatchObject({ code: 0 });
    expect(await hive.run([...line, "--yes"])).toMatchObject({ code: 0 });
    expect(hive.requests[0]).toEqual({ cmd: "destroy", name: "alice", purge: true });
  });

  test("waits until a message is handled, and prints the reply", async () => {
    await using hive = await fakeHive({
      send: { ids: [ID], repeated: false },
      events: [
        event(1, { type: "message", message: message("delivered") }),
        event(2, {
          type: "message",
          message: message("queued", {
            id: `${ID.slice(0, -1)}1`,
            from: "alice",
            to: "operator",
            body: "hello you",
          }),
        }),
        event(3, { type: "message", message: message("handled") }),
      ],
    });
    const { code, out } = await hive.run(["message", "send", "alice", "hi", "--wait"]);
    expect(out).toContain("alice → operator");
    expect(out).toContain("  hello you\n");
    expect(code).toBe(0);
  });

  test("says when a message was given up", async () => {
    await using hive = await fakeHive({
      send: { ids: [ID], repeated: false },
      events: [event(1, { type: "message", message: message("failed", { reason: "three broken turns" }) })],
    });
    expect(await hive.run(["message", "send", "alice", "hi", "--wait"])).toMatchObject({
      code: 5,
      err: expect.stringContaining("three broken turns"),
    });
  });

  test("prints raw frames of a stream, one a line, and resumes after the last", async () => {
    const stop = new AbortController();
    let connections = 0;
    await using hive = await fakeHive({
      events: () => {
        connections += 1;
        if (connections === 3) stop.abort();
        return connections === 1
          ? [event(7, { type: "notice", level: "info", text: "one", unknown: 1 })]
          : [event(8, { type: "brand_new", text: "two" })];
      },
    });
    const { out, err } = await hive.run(["watch", "--json"], { signal: stop.signal });
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, 2)).toEqual([
      event(7, { type: "notice", level: "info", text: "one", unknown: 1 }),
      event(8, { type: "brand_new", text: "two" }),
    ]);
    expect(hive.requests.slice(0, 3)).toEqual([
      { cmd: "events" },
      { cmd: "events", after: 7 },
      { cmd: "events", after: 8 },
    ]);
    expect(err).toContain("-- connected again");
  });

  test("exits with 1 when the doctor finds something wrong", async () => {
    await using hive = await fakeHive({
      doctor: {
        findings: [{ check: "disk-space", level: "error", text: "the disk is full", remedy: "make room" }],
      },
    });
    const { code, out } = await hive.run(["doctor"]);
    expect(out).toBe(
      "error  disk-space  the disk is full\n                   → make room\n1 of 1 need a look\n",
    );
    expect(code).toBe(1);
  });
});
