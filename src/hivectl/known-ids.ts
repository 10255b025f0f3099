/** Where the whole ids behind shortened ones are found, by what they are of. */
import { messageEndpoints } from "../wire/messages.ts";
import { operationEndpoints } from "../wire/operations.ts";
import { questionEndpoints } from "../wire/questions.ts";
import { scheduleEndpoints } from "../wire/schedules.ts";
import type { Context } from "./context.ts";
import { wholeId } from "./short-id.ts";

/** As many as the wire gives at once: who asks means something that was on the screen. */
const NEWEST = 500;
const NEWEST_OPERATIONS = 200;

type Ask = Pick<Context, "ask">;

export function messageId({ ask }: Ask, given: string): Promise<string> {
  return wholeId(given, {
    what: "message",
    hint: "hivectl message list",
    ids: async () => (await ask(messageEndpoints.messages, { limit: NEWEST })).messages,
  });
}

export function questionId({ ask }: Ask, given: string): Promise<string> {
  return wholeId(given, {
    what: "question",
    hint: "hivectl ask list",
    ids: async () => (await ask(questionEndpoints.questions, { limit: NEWEST })).questions,
  });
}

export function scheduleId({ ask }: Ask, given: string): Promise<string> {
  return wholeId(given, {
    what: "schedule",
    hint: "hivectl schedule list",
    ids: async () => (await ask(scheduleEndpoints.schedules, {})).schedules,
  });
}

export function reminderId({ ask }: Ask, given: string): Promise<string> {
  return wholeId(given, {
    what: "reminder",
    hint: "hivectl remind list",
    ids: async () => (await ask(scheduleEndpoints.reminders, {})).reminders,
  });
}

export function operationId({ ask }: Ask, given: string): Promise<string> {
  return wholeId(given, {
    what: "operation",
    hint: "hivectl operation list",
    ids: async () => (await ask(operationEndpoints.operations, { limit: NEWEST_OPERATIONS })).operations,
  });
}
