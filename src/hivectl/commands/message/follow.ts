/** Messages until they are handled or given up, and the replies to the operator that came meanwhile. */

import type { StreamFrame } from "../../../wire/events.ts";
import { eventEndpoints } from "../../../wire/events.ts";
import { ERRORS, HiveError } from "../../../wire/hive-error.ts";
import type { Message } from "../../../wire/messages.ts";
import type { Question } from "../../../wire/questions.ts";
import type { Context } from "../../context.ts";
import { cleanLine } from "../../print/clean.ts";
import { printMessage } from "../../print/messages.ts";
import { openProgress } from "../../print/progress.ts";

export interface FollowOptions {
  readonly ids: readonly string[];
  readonly timeoutMs?: number;
}

type Needs = Pick<Context, "frames" | "io" | "json" | "note" | "paint" | "print" | "view">;

/** Several handled messages are one success; one that failed is an error that says why. */
export async function followMessages(context: Needs, options: FollowOptions): Promise<number> {
  const { io, json, paint } = context;
  const waiting = new Set(options.ids);
  const printed = new Set<string>();
  const recipients = new Map<string, string>();
  const progress = openProgress(io, paint);
  const late = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const signal = late === undefined ? io.interrupted() : AbortSignal.any([io.interrupted(), late]);
  const view = context.view();
  let failure: Message | undefined;
  const see = (message: Message): void => {
    if (waiting.has(message.id)) {
      recipients.set(message.id, message.to);
      progress.show(`${cleanLine(message.to)}: ${message.state}`);
      if (message.state === "handled" || message.state === "failed") waiting.delete(message.id);
      if (message.state === "failed") failure = message;
    }
    if (!isReply(message, options.ids, recipients) || printed.has(message.id)) return;
    printed.add(message.id);
    progress.clear();
    if (!json) context.print(printMessage(message, view));
  };
  try {
    for await (const frame of context.frames(eventEndpoints.events, { input: {}, signal })) {
      for (const message of messagesIn(frame)) see(message);
      const asked = openQuestion(frame);
      if (asked !== undefined && [...recipients.values()].includes(asked.from)) {
        progress.clear();
        context.note(`${cleanLine(asked.from)} asks: ${cleanLine(asked.question)}`);
        context.note(`  hivectl ask answer ${asked.id} "…"`);
      }
      if (waiting.size === 0) break;
    }
  } finally {
    progress.clear();
  }
  if (failure !== undefined) throw givenUp(failure);
  if (waiting.size === 0) return 0;
  if (late?.aborted === true) {
    throw new HiveError("timeout", `not handled in time: ${[...waiting].join(", ")}`, {
      hint: `hivectl message show ${[...waiting][0] ?? ""}`,
    });
  }
  return ERRORS.cancelled.exit;
}

function messagesIn(frame: StreamFrame): readonly Message[] {
  if (frame.type === "snapshot") return frame.snapshot.messages;
  return frame.type === "event" && frame.event.data.type === "message" ? [frame.event.data.message] : [];
}

/** Until it is answered the turn that asks it may well not end. */
function openQuestion(frame: StreamFrame): Question | undefined {
  if (frame.type !== "event" || frame.event.data.type !== "question") return undefined;
  const { question } = frame.event.data;
  return question.state === "open" && question.to === "operator" ? question : undefined;
}

/** To the operator, and either marked as an answer or from one who was asked, after it was asked. */
function isReply(message: Message, ids: readonly string[], recipients: ReadonlyMap<string, string>): boolean {
  if (message.to !== "operator") return false;
  if (message.in_reply_to !== undefined) return ids.includes(message.in_reply_to);
  return [...recipients].some(([id, to]) => message.from === to && message.id > id);
}

function givenUp(message: Message): HiveError {
  return new HiveError(
    "conflict",
    `message "${message.id}" was given up: ${message.reason ?? "no reason is known"}`,
    {
      hint: `hivectl agent show ${message.to}`,
    },
  );
}
