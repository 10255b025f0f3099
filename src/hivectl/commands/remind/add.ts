/** A message to an agent, later, once. */
import { HiveError } from "../../../wire/hive-error.ts";
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { duration, pointInTime, text } from "../../options.ts";
import { cleanLine } from "../../print/clean.ts";
import { age, dateTime } from "../../print/view.ts";

export const remindAdd = command({
  noun: "remind",
  verb: "add",
  summary: "Send a message to an agent later",
  details: "`hivectl remind AGENT TEXT` is the same, shorter.",
  args: {
    agent: { type: "positional", required: true, description: "Whom" },
    body: { type: "positional", required: false, description: "The text; - for standard input" },
    file: { type: "string", alias: "f", valueHint: "FILE", description: "Read the text from a file" },
    in: { type: "string", valueHint: "TIME", description: "From now: 90s, 5m, 2h, 1d" },
    at: { type: "string", valueHint: "TIME", description: "2026-12-24T18:00, or with a zone" },
  },
  completes: { agent: "agent" },
  examples: [
    ['hivectl remind alice "Look at the build again." --in 10m', "from now"],
    ['hivectl remind add bob "Write the report." --at 2026-12-24T18:00', "local time"],
  ],
  run: async (context) => {
    const { args } = context;
    const wait = duration(args.in, "--in");
    const at = pointInTime(args.at, "--at");
    if ((wait === undefined) === (at === undefined)) {
      throw new HiveError("invalid", 'say when: "--in" or "--at"', {
        hint: `hivectl remind ${args.agent} "…" --in 5m`,
      });
    }
    const body = await text(context, { word: args.body, file: args.file, name: "<body>" });
    const when = wait === undefined ? { at } : { in_seconds: Math.max(1, Math.round(wait / 1000)) };
    await context.show(scheduleEndpoints.remind, { agent: args.agent, body, ...when }, ({ reminder }) => {
      const due = `${dateTime(reminder.due_at)} (${age(reminder.due_at, { now: Date.parse(reminder.created_at) })})`;
      return `"${cleanLine(reminder.agent)}" is reminded at ${due}; take it back: hivectl remind cancel ${reminder.id}`;
    });
  },
});
