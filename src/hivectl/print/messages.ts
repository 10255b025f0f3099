/** Messages: in a row, whole, with their delivery, and as hits of a search. */

import type { Output } from "../../wire/endpoint.ts";
import type { Message, MessageState, messageEndpoints } from "../../wire/messages.ts";
import { shownId } from "../short-id.ts";
import { clean, cleanLine, fit, indent, wrap } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { age, clockTime, dateTime, shortAge, type View } from "./view.ts";

export const MESSAGE_TONES: Readonly<Record<MessageState, Tone>> = {
  queued: "warn",
  delivered: "accent",
  read: "accent",
  handled: "good",
  failed: "bad",
};

const READING_WIDTH = 100;

export function printMessages(
  { messages, more }: { readonly messages: readonly Message[]; readonly more: boolean },
  view: View,
): string {
  if (messages.length === 0) return "no messages";
  // Both ends of a message stay to be seen where long names would leave its text no room.
  const name = (party: string): string => fit(cleanLine(party), view.width < READING_WIDTH ? 14 : 40);
  const rows = messages
    .toReversed()
    .map((message): Cell[] => [
      { text: shownId(message.id, view), tone: "dim" },
      shortAge(message.created_at, view),
      `${name(message.from)} → ${name(message.to)}`,
      { text: message.state, tone: MESSAGE_TONES[message.state] },
      cleanLine(message.body),
    ]);
  const head = ["ID", "AGE", "FROM → TO", "STATE", "TEXT"];
  const listed = table(rows, { head, width: view.width, paint: view.paint });
  const oldest = messages.at(-1)?.id ?? "";
  return more ? `${listed}\n${view.paint("dim", `older ones: --before ${oldest}`)}` : listed;
}

/** Its text under a line that says who and when. */
export function printMessage(message: Message, { paint, width }: View): string {
  const head = `${paint("bold", `${cleanLine(message.from)} → ${cleanLine(message.to)}`)}  ${paint("dim", clockTime(message.created_at))}`;
  return `${head}\n${indent(wrap(clean(message.body), Math.min(width, READING_WIDTH) - 2), "  ")}`;
}

export function printMessageFacts(message: Message, view: View): string {
  const { paint, width } = view;
  const at = (time: string | undefined): string =>
    time === undefined ? "" : `${dateTime(time)} (${age(time, view)})`;
  const rows: (readonly [string, Cell | undefined])[] = [
    ["id", message.id],
    ["from", cleanLine(message.from)],
    ["to", cleanLine(message.to)],
    ["state", { text: message.state, tone: MESSAGE_TONES[message.state] }],
    ["reason", cleanLine(message.reason ?? "")],
    ["priority", message.priority === "normal" ? "" : message.priority],
    ["made by", message.origin],
    ["in reply to", message.in_reply_to],
    ["redelivered", message.redelivered === 0 ? "" : { text: String(message.redelivered), tone: "warn" }],
    ["sent", at(message.created_at)],
    ["not before", at(message.deliver_after)],
    ["delivered", at(message.delivered_at)],
    ["read", at(message.read_at)],
    ["handled", at(message.handled_at)],
  ];
  return `${facts(rows, paint)}\n\n${wrap(clean(message.body), Math.min(width, READING_WIDTH)).join("\n")}`;
}

type Hit = Output<(typeof messageEndpoints)["searchMessages"]>["hits"][number];

export function printHits(hits: readonly Hit[], view: View): string {
  if (hits.length === 0) return "nothing found";
  return hits
    .map(({ kind, message, agent, at, excerpt }) => {
      const who =
        message === undefined
          ? `${cleanLine(agent ?? "?")} (${kind})`
          : `${cleanLine(message.from)} → ${cleanLine(message.to)}`;
      const id = message === undefined ? "" : `  ${shownId(message.id, view)}`;
      const head = `${view.paint("bold", who)}  ${view.paint("dim", `${age(at, view)}${id}`)}`;
      const lines = wrap(cleanLine(excerpt), Math.min(view.width, READING_WIDTH) - 2);
      return `${head}\n${indent(
        lines.map((line) => marked(line, view)),
        "  ",
      )}`;
    })
    .join("\n");
}

/** The hit itself stands between ‹ and ›. */
function marked(line: string, { paint }: View): string {
  return line.replace(/‹([^›]*)›/g, (_whole, hit: string) => paint("accent", hit));
}
