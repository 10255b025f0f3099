/** A message from the operator. With `--wait`, until its turn has ended, and what came back. */

import { HiveError } from "../../../wire/hive-error.ts";
import { messageEndpoints } from "../../../wire/messages.ts";
import { command } from "../../command.ts";
import { messageId } from "../../known-ids.ts";
import { duration, later, text } from "../../options.ts";
import { followMessages } from "./follow.ts";

export const messageSend = command({
  noun: "message",
  verb: "send",
  summary: "Send a message as the operator",
  details: "The answer comes after it is stored: from then on it cannot be lost.",
  args: {
    to: { type: "positional", required: true, description: "An agent, or `all`" },
    body: { type: "positional", required: false, description: "The text; - for standard input" },
    file: { type: "string", alias: "f", valueHint: "FILE", description: "Read the text from a file" },
    "reply-to": {
      type: "string",
      valueHint: "ID",
      description: "The message this answers, or the end of its id",
    },
    urgent: { type: "boolean", alias: "u", description: "Fold it into a running turn" },
    low: { type: "boolean", description: "After all others" },
    in: { type: "string", valueHint: "TIME", description: "Deliver later: 90s, 5m, 2h, 1d" },
    at: { type: "string", valueHint: "TIME", description: "Deliver at 2026-12-24T18:00" },
    key: { type: "string", valueHint: "KEY", description: "A repeat with the same key stores nothing" },
    wait: { type: "boolean", alias: "w", description: "Until it is handled; prints what comes back" },
    timeout: { type: "string", valueHint: "TIME", description: "With --wait: how long at most" },
  },
  completes: { to: "agent" },
  examples: [
    ['hivectl message send alice "What does src/lib hold?"', "to one agent"],
    ["git diff | hivectl message send bob - --wait", "a text from standard input; wait for the answer"],
    ['hivectl message send all "We stop at six." --urgent', "to every agent, now"],
  ],
  run: async (context) => {
    const { args, json, io } = context;
    if (args.urgent === true && args.low === true) {
      throw new HiveError("invalid", 'say either "--urgent" or "--low"');
    }
    const body = await text(context, { word: args.body, file: args.file, name: "<body>" });
    const deliverAfter = later(args, io.now());
    const replyTo = args["reply-to"];
    const input = {
      to: args.to,
      body,
      ...(args.urgent === true ? { priority: "urgent" as const } : {}),
      ...(args.low === true ? { priority: "low" as const } : {}),
      ...(replyTo === undefined ? {} : { in_reply_to: await messageId(context, replyTo) }),
      ...(args.key === undefined ? {} : { idempotency_key: args.key }),
      ...(deliverAfter === undefined ? {} : { deliver_after: deliverAfter }),
    };
    if (args.wait !== true) return context.show(messageEndpoints.send, input, printSent);
    const timeoutMs = duration(args.timeout, "--timeout");
    const { ids } = await context.ask(messageEndpoints.send, input);
    if (!json) context.note(`sent ${ids.join(", ")}`);
    return followMessages(context, { ids, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  },
});

function printSent({
  ids,
  repeated,
}: {
  readonly ids: readonly string[];
  readonly repeated: boolean;
}): string {
  if (ids.length === 0) return "there is nobody to send it to";
  return `${repeated ? "sent before: " : "sent "}${ids.join("\n     ")}`;
}
