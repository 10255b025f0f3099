/** The words of an event that a person would search for or read: without ids, keys and numbers. Pure. */
import type { JournalData } from "./journal.ts";

export function eventText(data: JournalData): string {
  switch (data.kind) {
    case "turn_start":
      return data.messages.map(({ from, body }) => `${from}: ${body}`).join("\n");
    case "message_in":
      return `${data.from}: ${data.body}`;
    case "text":
    case "thinking":
    case "tool_result":
    case "bash_output":
    case "notice":
      return data.text;
    case "tool_use":
      return `${data.name} ${strings(data.input).join("\n")}`;
    case "todos":
      return data.todos.map(({ text }) => text).join("\n");
    case "state":
      return "reason" in data.state ? `${data.state.kind} ${data.state.reason}` : data.state.kind;
    case "turn_end":
      return `${data.outcome} ${data.reason ?? ""}`;
    case "raw":
      return data.line;
  }
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return value === undefined ? [] : [String(value)];
  return Object.values(value).flatMap(strings);
}
