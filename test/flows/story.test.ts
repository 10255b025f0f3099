// The whole of it: operator → alice by the dashboard's HTTP, alice → bash → bob → alice → operator and back, with
// the real claude, and every step seen live.
import { describe, expect, test } from "bun:test";
import { operatorWire } from "../../src/wire/wire.ts";
import { journalOf, messageStates } from "../support/hive-states.ts";
import type { RuleInput } from "../support/model-simulator/script.ts";
import { startHive } from "../support/start-hive.ts";

const LIFE = ["queued", "delivered", "read", "handled"];

const rules: RuleInput[] = [
  {
    when: { agent: "alice", last_user: "Please measure" },
    say: "I will measure.",
    tool_use: { name: "mcp__bash__run", input: { command: "echo measured-$((6*7))" } },
  },
  {
    when: { agent: "alice", last_user: "Please measure", tool_result: { contains: "measured-42" } },
    tool_use: { name: "mcp__hyperhive__send", input: { to: "bob", body: "Please check 42." } },
  },
  {
    when: {
      agent: "alice",
      last_user: "Please measure",
      tool_result: { tool: "mcp__hyperhive__send", contains: "sent:" },
    },
    say: "Bob checks it.",
  },
  {
    when: { agent: "bob", last_user: "/Please check (\\d+)/" },
    tool_use: { name: "mcp__hyperhive__send", input: { to: "alice", body: "Checked: {{match.1}}." } },
  },
  { when: { agent: "bob", tool_result: true }, say: "Told her." },
  {
    when: { agent: "alice", last_user: "Checked: 42" },
    tool_use: {
      name: "mcp__hyperhive__ask",
      input: { question: "Note or table?", choices: ["note", "table"] },
    },
  },
  {
    when: { agent: "alice", last_user: "Checked: 42", tool_result: { contains: "/\\b(table)\\b/" } },
    tool_use: {
      name: "mcp__hyperhive__send",
      input: { to: "operator", body: "Here is your {{match.1}}: 42" },
    },
  },
  { when: { agent: "alice", tool_result: { contains: "sent:" } }, say: "All done." },
];

describe("a hive", () => {
  test("carries a task from the operator through two agents, a command and a question, and shows every step", async () => {
    await using hive = await startHive({ rules, agents: [{ name: "alice" }, { name: "bob" }] });
    const http = await hive.http();
    await using timeline = http.record(operatorWire.events, {});
    await using transcript = http.record(operatorWire.journalStream, { name: "alice", after: 0 });

    const sent = await http.call(operatorWire.send, { to: "alice", body: "Please measure the answer." });
    const question = await hive.waitFor("alice asks", ({ questions }) =>
      [...questions.values()].find(({ state }) => state === "open"),
    );
    expect(question).toMatchObject({ from: "alice", to: "operator", choices: ["note", "table"] });
    // The answer returns to the very turn that asked.
    expect((await hive.snapshot()).agents.find(({ name }) => name === "alice")?.state?.kind).toBe("turn");
    await http.call(operatorWire.answer, { id: question.id, answer: "table" });
    const report = await hive.waitFor("the report is there", ({ messages }) =>
      [...messages.values()].find(({ to, body }) => to === "operator" && body === "Here is your table: 42"),
    );
    await hive.idle("alice");
    await hive.idle("bob");
    await http.call(operatorWire.acknowledge, { ids: [report.id] });
    await hive.waitFor(
      "the stream caught up",
      () => messageStates(timeline.frames, ({ id }) => id === report.id).at(-1) === "handled",
    );

    const life = (fits: Parameters<typeof messageStates>[1]) => messageStates(timeline.frames, fits);
    expect(life(({ id }) => id === sent.ids[0])).toEqual(LIFE);
    expect(life(({ from, to }) => from === "alice" && to === "bob")).toEqual(LIFE);
    expect(life(({ from, to }) => from === "bob" && to === "alice")).toEqual(LIFE);
    const turns = timeline.frames.filter(
      (frame) => frame.type === "event" && frame.event.data.type === "turn",
    );
    expect(turns).toHaveLength(3);

    await hive.waitFor(
      "the transcript caught up",
      () => journalOf(transcript.frames).filter(({ kind }) => kind === "turn_end").length >= 2,
    );
    const told = journalOf(transcript.frames);
    const uses = told.flatMap((each) => (each.kind === "tool_use" ? [each.name] : []));
    expect(uses).toEqual([
      "mcp__bash__run",
      "mcp__hyperhive__send",
      "mcp__hyperhive__ask",
      "mcp__hyperhive__send",
    ]);
    const results = told.flatMap((each) => (each.kind === "tool_result" ? [each.text] : []));
    expect(results[0]).toContain("measured-42");
    expect(results[2]).toContain("table");
    expect(told.filter(({ kind }) => kind === "turn_end")).toHaveLength(2);
    expect(told.some((each) => each.kind === "text" && each.text.includes("I will measure."))).toBe(true);
  });
});
