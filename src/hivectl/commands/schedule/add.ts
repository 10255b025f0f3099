/** A message to an agent, again and again. */
import { CatchUp, scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { text } from "../../options.ts";
import { age, dateTime } from "../../print/view.ts";

export const scheduleAdd = command({
  noun: "schedule",
  verb: "add",
  summary: "Send a message to an agent at each time of a cron expression",
  args: {
    agent: { type: "positional", required: true, description: "Whom" },
    cron: { type: "positional", required: true, description: "Five fields, or six with seconds, in quotes" },
    body: { type: "positional", required: false, description: "The text; - for standard input" },
    file: { type: "string", alias: "f", valueHint: "FILE", description: "Read the text from a file" },
    zone: { type: "string", valueHint: "ZONE", default: "UTC", description: "Time zone, e.g. Europe/Berlin" },
    "catch-up": {
      type: "enum",
      options: CatchUp.options,
      default: "once",
      description: "What happens to runs that were missed",
    },
  },
  completes: { agent: "agent" },
  examples: [
    [
      'hivectl schedule add alice "0 9 * * 1-5" "Read the new issues." --zone Europe/Berlin',
      "each working day at nine",
    ],
    ['hivectl schedule add bob "*/15 * * * *" -f check.md --catch-up none', "every quarter of an hour"],
  ],
  run: async (context) => {
    const { args, io } = context;
    const body = await text(context, { word: args.body, file: args.file, name: "<body>" });
    const input = {
      agent: args.agent,
      cron: args.cron,
      body,
      time_zone: args.zone,
      catch_up: CatchUp.parse(args["catch-up"]),
    };
    await context.show(scheduleEndpoints.scheduleAdd, input, ({ schedule: { id, next_run_at: next } }) => {
      const first =
        next === undefined ? "" : `, first at ${dateTime(next)} (${age(next, { now: io.now() })})`;
      return `added ${id}${first}`;
    });
  },
});
