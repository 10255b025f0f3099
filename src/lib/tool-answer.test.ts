import { describe, expect, test } from "bun:test";
import { toolAnswer } from "./tool-answer.ts";

const ID = "01M83412GGZV25X98041NHK1DQ";

describe("the answer of one of our tools", () => {
  test("quotes who answered a question", () => {
    const result = `question ${ID} was answered by "operator": "keep \\"it\\"\\nfor now"`;
    expect(toolAnswer("ask", result)).toEqual({
      kind: "quote",
      from: "operator",
      text: 'keep "it"\nfor now',
    });
  });

  test("never shows an envelope", () => {
    const envelope = `[hive] 2 messages for "bob"\n\n<<<7mys message 1 of 2\nfrom: alice`;
    expect(toolAnswer("ask", `question ${ID} is open\n\n${envelope}`)).toEqual({
      kind: "sentence",
      text: "a message came in instead",
    });
    expect(toolAnswer("ask", `question ${ID} is answered\n\n${envelope}`)).toEqual({
      kind: "sentence",
      text: "answered, by the message that joined",
    });
    expect(toolAnswer("recv", envelope)).toEqual({ kind: "sentence", text: "took in 2" });
  });

  test("says that there is no answer, or none yet", () => {
    expect(toolAnswer("ask", `no answer yet to question ${ID} from "operator". It stays open`)).toEqual({
      kind: "sentence",
      text: "no answer in time; it will start a turn",
    });
    expect(toolAnswer("ask", `question ${ID} is expired: there will be no answer`)).toEqual({
      kind: "sentence",
      text: "expired: there will be no answer",
    });
  });

  test("is silent where success is all there is to say, and keeps what it does not know", () => {
    expect(toolAnswer("set_status", "status cleared").kind).toBe("nothing");
    expect(toolAnswer("send", `sent: ${ID}`).kind).toBe("nothing");
    expect(toolAnswer("get_history", '{"id":"1"}\n{"id":"2"}')).toEqual({
      kind: "sentence",
      text: "found 2",
    });
    expect(toolAnswer("send", "sent to nobody: there is no other agent").kind).toBe("unknown");
    expect(toolAnswer("list_agents", "bob (agent): idle").kind).toBe("unknown");
  });
});
