/** Messages by counterpart: the operator's conversations, and those between agents. Pure. */
import type { Message } from "../wire/messages.ts";
import { isUnread } from "./inbox-view.ts";
import type { Route } from "./net/place.ts";

export interface Thread {
  /** `alice` for the operator's thread with alice, `alice~bob` for one between agents. */
  readonly key: string;
  readonly parties: readonly [string, string];
  readonly mine: boolean;
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly unread: number;
}

export function threadKey(a: string, b: string): string {
  if (a === "operator") return b;
  if (b === "operator") return a;
  return [a, b].sort().join("~");
}

export function threadParties(key: string): readonly [string, string] {
  const [a = "", b] = key.split("~");
  return b === undefined ? ["operator", a] : [a, b];
}

/** The address of one message. */
export function messageRoute({ id, from, to }: Pick<Message, "id" | "from" | "to">): Route {
  return { page: "dashboard", tab: "messages", detail: `${threadKey(from, to)}/${id}` };
}

/** Newest conversation first. */
export function threadsOf(messages: Iterable<Message>): Thread[] {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const key = threadKey(message.from, message.to);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [message]);
    else group.push(message);
  }
  return [...groups].map(([key, group]) => toThread(key, group)).sort(byNewest);
}

function toThread(key: string, group: readonly Message[]): Thread {
  const messages = [...group].sort((a, b) => a.id.localeCompare(b.id));
  const parties = threadParties(key);
  const unread = messages.filter(isUnread).length;
  return { key, parties, mine: parties[0] === "operator", messages, unread };
}

function byNewest(a: Thread, b: Thread): number {
  return (b.messages.at(-1)?.id ?? "").localeCompare(a.messages.at(-1)?.id ?? "");
}
