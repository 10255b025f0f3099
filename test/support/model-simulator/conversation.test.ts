import { describe, expect, test } from "bun:test";
import { readConversation, requestSchema } from "./conversation.ts";

const REMINDER = {
  type: "text",
  text: "<system-reminder>\nToday's date is 2026-11-23.\n</system-reminder>\n\n",
};
const text = (value: string) => ({ type: "text", text: value });
const call = {
  role: "assistant",
  content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } }],
};
const result = (content: unknown) => ({ type: "tool_result", tool_use_id: "t1", content, is_error: false });

const read = (messages: readonly unknown[], system = 'You are agent "alice", a tester') =>
  readConversation(requestSchema.parse({ model: "m", system: [text("first part"), text(system)], messages }));

describe("conversation", () => {
  test("a first message is read without the reminder around it", () => {
    const conversation = read([
      { role: "user", content: [REMINDER, text("hello")] },
      { role: "system", content: "agents" },
    ]);
    expect(conversation).toMatchObject({
      agent: "alice",
      lastUser: "hello",
      turn: 1,
      step: 0,
      toolResults: [],
    });
  });

  test("the agent is found with and without the word agent, and may be absent", () => {
    const messages = [{ role: "user", content: "x" }];
    expect(read(messages, 'You are "bob-2", here').agent).toBe("bob-2");
    expect(read(messages, "You are an interactive agent").agent).toBeUndefined();
  });

  test("a tool result keeps the turn's message and names the tool", () => {
    const conversation = read([
      { role: "user", content: "go" },
      call,
      { role: "user", content: [result([text("a"), text("b")])] },
    ]);
    expect(conversation).toMatchObject({ lastUser: "go", turn: 1, step: 1 });
    expect(conversation.toolResults).toEqual([{ tool: "Bash", text: "a\nb", isError: false }]);
  });

  test("several results come in the order of their calls", () => {
    const calls = ["t1", "t2"].map((id) => ({ type: "tool_use", id, name: id, input: {} }));
    const results = ["t2", "t1"].map((id) => ({ type: "tool_result", tool_use_id: id, content: `of ${id}` }));
    const conversation = read([
      { role: "user", content: "go" },
      { role: "assistant", content: calls },
      { role: "user", content: results },
    ]);
    expect(conversation.toolResults.map((each) => each.text)).toEqual(["of t1", "of t2"]);
  });

  test("a message slipped into the turn is seen in both of the CLI's forms", () => {
    const said =
      "The user sent a new message while you were working:\nhurry\nup\n\nIMPORTANT: After completing your current task, you MUST";
    const asEntry = read([
      { role: "user", content: "go" },
      call,
      { role: "user", content: [result("done")] },
      { role: "system", content: said },
    ]);
    const asReminder = read([
      { role: "user", content: "go" },
      call,
      { role: "user", content: [result(`done\n\n<system-reminder>\n${said}\n</system-reminder>`)] },
    ]);
    for (const conversation of [asEntry, asReminder]) {
      expect(conversation).toMatchObject({ injected: "hurry\nup", lastUser: "go", step: 1 });
      expect(conversation.toolResults[0]?.text).toBe("done");
      expect(conversation.history).toContain("hurry");
    }
  });

  test("a message after an interrupt is a turn of its own", () => {
    const afterText = read([
      { role: "user", content: [text("long one"), text("[Request interrupted by user]\n"), text("again")] },
    ]);
    const afterTool = read([
      { role: "user", content: "go" },
      call,
      {
        role: "user",
        content: [result("rejected"), text("[Request interrupted by user for tool use]\n"), text("again")],
      },
    ]);
    expect(afterText).toMatchObject({ lastUser: "again", turn: 1 });
    expect(afterTool).toMatchObject({ lastUser: "again", turn: 2, step: 0, toolResults: [] });
  });

  test("a turn that was cut by a kill still counts", () => {
    const conversation = read([
      { role: "user", content: [text("first"), text("Continue from where you left off.")] },
      { role: "assistant", content: [text("No response requested.")] },
      { role: "user", content: "second" },
    ]);
    expect(conversation).toMatchObject({ lastUser: "second", turn: 2 });
  });

  test("a request for a summary is told from the message before it", () => {
    const conversation = read([
      {
        role: "user",
        content: [text("again"), text("CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.")],
      },
    ]);
    expect(conversation).toMatchObject({ compaction: true, lastUser: "again" });
  });
});
