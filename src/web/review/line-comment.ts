/**
 * A comment on a line of a request, as the message that carries it. The message is all there is: it is read back to
 * show what was said already, on any device. Pure.
 */
import type { Message } from "../../wire/messages.ts";
import type { ReviewLine } from "./patch-files.ts";

export interface LineComment {
  readonly message: Message;
  readonly place: string;
  readonly text: string;
}

/** `agent.json:3`, or `agent.json:3 (before the change)` of a line that goes. */
export function placeOf(path: string, line: ReviewLine): string {
  const removed = line.after === undefined;
  return `${path}:${line.after ?? line.before ?? 0}${removed ? " (before the change)" : ""}`;
}

const QUOTE_MAX = 500;

interface Writing {
  readonly approval: bigint;
  readonly path: string;
  readonly line: ReviewLine;
  readonly text: string;
}

export function commentBody({ approval, path, line, text }: Writing): string {
  const quoted = `${line.sign} ${line.text.slice(0, QUOTE_MAX)}`.trimEnd();
  return `Comment on your request #${approval}, ${placeOf(path, line)}:\n\n    ${quoted}\n\n${text}`;
}

const FORM = /^Comment on your request #(\d+), (.+):\n\n {4}.*\n\n([\s\S]+)$/;

/** What the operator has said about a request, by the place of the line. */
export function commentsOn(approval: bigint, messages: Iterable<Message>): Map<string, LineComment[]> {
  const found = new Map<string, LineComment[]>();
  for (const message of messages) {
    if (message.from !== "operator") continue;
    const [, id, place = "", text = ""] = FORM.exec(message.body) ?? [];
    if (id !== String(approval)) continue;
    found.set(place, [...(found.get(place) ?? []), { message, place, text }]);
  }
  return found;
}
