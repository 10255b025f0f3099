/**
 * What the answer of one of our own MCP tools tells a person. The model reads the whole of it (harness/mcp/tools/);
 * who watches needs a sentence, somebody's words, or nothing at all. Pure; an answer it does not know stays as it is.
 */
export type ToolAnswer =
  | { readonly kind: "nothing" }
  | { readonly kind: "sentence"; readonly text: string }
  | { readonly kind: "quote"; readonly from: string; readonly text: string }
  | { readonly kind: "unknown" };

const NOTHING: ToolAnswer = { kind: "nothing" };

/** The messages themselves are events of their own. */
const ENVELOPE = /(?:^|\n)\[hive\] (\d+) messages? for "/;

/** Tools whose success is all there is to say. */
const SILENT = new Set(["set_status", "todo_write", "answer", "remind"]);

export function toolAnswer(verb: string, result: string): ToolAnswer {
  if (verb === "ask") return askAnswer(result);
  const taken = ENVELOPE.exec(result)?.[1];
  if (taken !== undefined) return { kind: "sentence", text: `took in ${taken}` };
  if (verb === "get_history" && result.startsWith("{")) {
    return { kind: "sentence", text: `found ${result.trimEnd().split("\n").length}` };
  }
  if (SILENT.has(verb)) return NOTHING;
  if (verb === "send" && result.startsWith("sent: ")) return NOTHING;
  return { kind: "unknown" };
}

function askAnswer(result: string): ToolAnswer {
  const answered = /^question \S+ was answered by "([^"]+)": (".*")$/s.exec(result);
  if (answered !== null) return { kind: "quote", from: answered[1] ?? "", text: unquoted(answered[2] ?? "") };
  if (result.startsWith("no answer yet"))
    return { kind: "sentence", text: "no answer in time; it will start a turn" };
  const state = /^question \S+ is (\w+)/.exec(result)?.[1];
  if (state === undefined) return { kind: "unknown" };
  if (!ENVELOPE.test(result)) return { kind: "sentence", text: `${state}: there will be no answer` };
  const text = state === "answered" ? "answered, by the message that joined" : "a message came in instead";
  return { kind: "sentence", text };
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
