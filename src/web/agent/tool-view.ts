/** What a tool card says: kind, title, and the parts of its input worth showing. Pure. */
import { formatDuration } from "../../lib/duration.ts";
import { oneLine } from "../format.ts";
import { isBash } from "./blocks.ts";

export interface DiffLine {
  readonly sign: "+" | "-" | " ";
  readonly text: string;
}

export type ToolView =
  | { readonly kind: "bash"; readonly command: string; readonly note: string | undefined }
  /** One of our own tools, told as a sentence. `body` is what was said. */
  | {
      readonly kind: "hive";
      readonly verb: string;
      readonly sentence: string;
      readonly body: string | undefined;
    }
  | { readonly kind: "edit"; readonly path: string; readonly diff: readonly DiffLine[] }
  | { readonly kind: "read"; readonly sentence: string }
  | { readonly kind: "subagent"; readonly sentence: string; readonly prompt: string | undefined }
  | { readonly kind: "other"; readonly name: string; readonly input: unknown };

type Fields = Readonly<Record<string, unknown>>;

export function viewTool(name: string, input: unknown): ToolView {
  const fields: Fields = typeof input === "object" && input !== null ? (input as Fields) : {};
  const text = (key: string): string | undefined => {
    const value = fields[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  if (isBash(name)) return { kind: "bash", command: text("command") ?? "", note: text("description") };
  if (name.startsWith("mcp__hyperhive__"))
    return hiveTool(name.slice("mcp__hyperhive__".length), fields, text);
  if (name === "Edit" || name === "Write" || name === "MultiEdit") return editTool(fields, text);
  if (name === "Task" || name === "Agent") {
    const who = text("subagent_type") ?? "a subagent";
    return {
      kind: "subagent",
      sentence: `${who}: ${text("description") ?? "works"}`,
      prompt: text("prompt"),
    };
  }
  const read = readSentence(name, text);
  return read === undefined ? { kind: "other", name, input } : { kind: "read", sentence: read };
}

type Text = (key: string) => string | undefined;

function hiveTool(verb: string, fields: Fields, text: Text): ToolView {
  const say = (sentence: string, body?: string): ToolView => ({ kind: "hive", verb, sentence, body });
  const urgent = text("priority") === "urgent" ? ", urgent" : "";
  switch (verb) {
    case "send":
      return say(`sends to ${whom(text("to") ?? "?")}${urgent}`, text("body"));
    case "ask":
      return say(`asks ${whom(text("to") ?? "operator")}`, text("question"));
    case "answer":
      return say("answers a question", text("answer"));
    case "remind":
      return say(`sets a reminder${remindWhen(fields, text)}`, text("body"));
    case "set_status":
      return say(statusSentence(text("text")));
    case "todo_write":
      return say(todosSentence(fields));
    case "list_agents":
      return say("looks who is there");
    case "recv":
      return say("looks for messages");
    case "get_history":
      return say(historySentence(text("with")));
    default: {
      const body = text("reason") ?? text("body");
      const target = text("agent") ?? text("name");
      return say(`${verb.replaceAll("_", " ")}${target === undefined ? "" : ` ${target}`}`, body);
    }
  }
}

/** The operator is who reads this. */
function whom(name: string): string {
  return name === "operator" ? "you" : name;
}

function historySentence(party: string | undefined): string {
  return `reads back what was said${party === undefined ? "" : ` with ${whom(party)}`}`;
}

function statusSentence(status: string | undefined): string {
  return status === undefined ? "clears its status" : `sets its status: ${status}`;
}

function todosSentence(fields: Fields): string {
  const todos = Array.isArray(fields["todos"]) ? (fields["todos"] as readonly Fields[]) : [];
  if (todos.length === 0) return "clears its todos";
  return `updates its todos: ${todos.filter((todo) => todo?.["state"] === "done").length} of ${todos.length} done`;
}

function remindWhen(fields: Fields, text: Text): string {
  const seconds = fields["in_seconds"];
  if (typeof seconds === "number") return ` in ${formatDuration(seconds * 1000)}`;
  const when = text("at") ?? text("in") ?? text("when");
  return when === undefined ? "" : ` for ${when}`;
}

function readSentence(name: string, text: Text): string | undefined {
  switch (name) {
    case "Read":
      return `reads ${text("file_path") ?? "a file"}`;
    case "Glob":
      return `looks for files ${text("pattern") ?? ""}`;
    case "Grep":
      return `searches for ${oneLine(text("pattern") ?? "", 80)}${text("path") === undefined ? "" : ` in ${text("path")}`}`;
    case "WebFetch":
      return `fetches ${text("url") ?? "a page"}`;
    case "WebSearch":
      return `searches the web for ${text("query") ?? ""}`;
    case "mcp__bash__output":
      return `looks at the output of command ${text("id") ?? ""}`;
    case "mcp__bash__kill":
      return `ends command ${text("id") ?? ""}`;
    default:
      return undefined;
  }
}

function editTool(fields: Fields, text: Text): ToolView {
  const path = text("file_path") ?? "a file";
  const content = text("content");
  if (content !== undefined) return { kind: "edit", path, diff: linesOf(content, "+") };
  const edits = Array.isArray(fields["edits"]) ? (fields["edits"] as readonly Fields[]) : [fields];
  const diff = edits.flatMap((edit) =>
    diffLines(String(edit?.["old_string"] ?? ""), String(edit?.["new_string"] ?? "")),
  );
  return { kind: "edit", path, diff };
}

function linesOf(text: string, sign: DiffLine["sign"]): DiffLine[] {
  if (text === "") return [];
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => ({ sign, text: line }));
}

/** Lines alike at both ends are context; what is between was replaced. Enough for one edit of a file. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before, "-");
  const b = linesOf(after, "+");
  let head = 0;
  while (head < a.length && head < b.length && a[head]?.text === b[head]?.text) head++;
  let tail = 0;
  const room = Math.min(a.length, b.length) - head;
  while (tail < room && a.at(-1 - tail)?.text === b.at(-1 - tail)?.text) tail++;
  const context = (lines: readonly DiffLine[]): DiffLine[] => lines.map(({ text }) => ({ sign: " ", text }));
  return [
    ...context(a.slice(0, head)),
    ...a.slice(head, a.length - tail),
    ...b.slice(head, b.length - tail),
    ...context(a.slice(a.length - tail)),
  ];
}

/** What a subagent reports, without what claude adds for the model. */
export function subagentReport(result: string): string {
  return result.replace(/\n*agentId: \S+ \(use SendMessage[\s\S]*$/, "").trim();
}

export interface CommandEnd {
  /** What it printed, without the line about its end. */
  readonly text: string;
  readonly code: number | undefined;
  /** "exit code 1", "ended by SIGKILL", "killed after its timeout of 2m, with all its children". */
  readonly said: string | undefined;
}

/** Our bash server ends its answer with `[command ID: HOW, TIME]`. */
export function commandEnd(result: string): CommandEnd {
  const match = /(?:^|\n)\[command \S+: (.+), [\d.]+[a-z][\da-z]*(?:;[^\]]*)?\]\s*$/.exec(result);
  if (match === null) return { text: result, code: undefined, said: undefined };
  const said = match[1] ?? "";
  const code = /^exit code (-?\d+)$/.exec(said)?.[1];
  return { text: result.slice(0, match.index), code: code === undefined ? undefined : Number(code), said };
}
