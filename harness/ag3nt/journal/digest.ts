/** A conversation in few words, from the journal: what was said to the agent and what it answered. */
import type { JournalData } from "../../../src/wire/journal.ts";
import { toEvent } from "./history.ts";
import type { Store } from "./store.ts";

const STEP = 200;
const EVENTS_MAX = 4_000;
const ENTRY_MAX_CHARS = 600;

function entryOf(data: JournalData): string | undefined {
  switch (data.kind) {
    case "turn_start":
      return data.messages.map(({ from, body }) => `${from} wrote: ${shorten(body)}`).join("\n");
    case "message_in":
      return `${data.from} wrote: ${shorten(data.body)}`;
    case "text":
      return data.parent_tool_use_id === undefined ? `you said: ${shorten(data.text)}` : undefined;
    case "tool_use":
      return data.parent_tool_use_id === undefined
        ? `you used ${data.name}: ${shorten(JSON.stringify(data.input) ?? "", 160)}`
        : undefined;
    default:
      return undefined;
  }
}

function shorten(text: string, longest = ENTRY_MAX_CHARS): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}

/** The newest entries that fit, oldest first. */
export function digestOf(store: Store, maxChars: number): string {
  const entries: string[] = [];
  let chars = 0;
  let before = Number.MAX_SAFE_INTEGER;
  for (let seen = 0; seen < EVENTS_MAX; seen += STEP) {
    const rows = store.before.all(before, STEP);
    for (const row of rows) {
      before = row.seq;
      const entry = entryOf(toEvent(row).data);
      if (entry === undefined || entry === "") continue;
      chars += entry.length + 1;
      if (chars > maxChars) return entries.reverse().join("\n");
      entries.push(entry);
    }
    if (rows.length < STEP) break;
  }
  return entries.reverse().join("\n");
}
