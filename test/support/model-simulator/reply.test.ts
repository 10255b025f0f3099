import { describe, expect, test } from "bun:test";
import { type Conversation, readConversation, requestSchema } from "./conversation.ts";
import { buildReply, type ReplyContext } from "./reply.ts";
import { type RuleInput, ruleSchema } from "./script.ts";
import { encodeEvent, streamEvents } from "./sse.ts";
import { fillDeep, fillTemplate } from "./template.ts";

const conversation: Conversation = readConversation(
  requestSchema.parse({ model: "m", messages: [{ role: "user", content: "tell bob hi" }] }),
);

const reply = (rule: RuleInput) => {
  let ids = 0;
  const context: ReplyContext = {
    conversation,
    match: { groups: { "1": "bob" }, toolResult: undefined },
    agent: "alice",
    requestBytes: 400,
    newId: () => String(++ids),
  };
  return buildReply(ruleSchema.parse(rule), context);
};

describe("template", () => {
  test("fills known names and shows unknown ones", () => {
    expect(fillTemplate("{{ agent }}: {{match.1}} {{nosuch}}", { agent: "alice", "match.1": "bob" })).toBe(
      "alice: bob {{nosuch}}",
    );
  });

  test("does not fill what it filled in", () => {
    expect(fillTemplate("{{a}}", { a: "{{b}}", b: "no" })).toBe("{{b}}");
  });

  test("reaches strings deep inside an input", () => {
    expect(fillDeep({ a: ["{{x}}", 1, { b: "{{x}}" }], c: null }, { x: "y" })).toEqual({
      a: ["y", 1, { b: "y" }],
      c: null,
    });
  });
});

describe("reply", () => {
  test("says ok when the rule says nothing", () => {
    expect(reply({}).content).toEqual([{ type: "text", text: "ok" }]);
  });

  test("thinks, speaks and calls several tools in one message", () => {
    const message = reply({
      thinking: "hm",
      say: "to {{match.1}}",
      tool_use: [{ name: "Bash", input: { command: "echo {{last_user}}" } }, { name: "Read" }],
    });
    expect(message.content).toEqual([
      { type: "thinking", thinking: "hm", signature: "simulated" },
      { type: "text", text: "to bob" },
      { type: "tool_use", id: "toolu_sim_1", name: "Bash", input: { command: "echo tell bob hi" } },
      { type: "tool_use", id: "toolu_sim_2", name: "Read", input: {} },
    ]);
    expect(message.stop_reason).toBe("tool_use");
  });

  test("estimates its usage, unless the rule knows better", () => {
    expect(reply({ say: "x".repeat(40) }).usage).toMatchObject({ input_tokens: 100, output_tokens: 10 });
    expect(reply({ usage: { input_tokens: 7 } }).usage.input_tokens).toBe(7);
  });
});

describe("stream", () => {
  test("has the order that the CLI needs", () => {
    const message = reply({ thinking: "abc", say: "defgh", tool_use: { name: "Bash", input: { a: 1 } } });
    const events = streamEvents(message, 3);
    expect(events.map((event) => event.type).join(" ")).toBe(
      "message_start ping " +
        "content_block_start content_block_delta content_block_delta content_block_stop " +
        "content_block_start content_block_delta content_block_delta content_block_stop " +
        "content_block_start content_block_delta content_block_delta content_block_delta content_block_stop " +
        "message_delta message_stop",
    );
    expect(events[0]).toMatchObject({ message: { content: [], stop_reason: null, role: "assistant" } });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "tool_use", stop_sequence: null } });
  });

  test("never splits a character", () => {
    const parts = streamEvents(reply({ say: "🐝🐝🐝" }), 1).filter(
      (event) => event.type === "content_block_delta",
    );
    expect(parts.map((event) => event["delta"])).toEqual(
      Array.from({ length: 3 }, () => ({ type: "text_delta", text: "🐝" })),
    );
  });

  test("is framed as server-sent events", () => {
    expect(encodeEvent({ type: "ping" })).toBe('event: ping\ndata: {"type":"ping"}\n\n');
  });
});
