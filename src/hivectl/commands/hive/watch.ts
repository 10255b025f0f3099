/** The timeline of the whole hive as it grows. */
import { eventEndpoints } from "../../../wire/events.ts";
import { command } from "../../command.ts";
import { createTimelinePrinter } from "../../print/timeline.ts";

export const hiveWatch = command({
  noun: "",
  verb: "watch",
  summary: "Everything that happens in the hive, a line each",
  details:
    "Goes on across restarts of the hive; nothing is missed. With --json each frame is printed as it comes.",
  args: { agent: { type: "string", valueHint: "NAME", description: "Only what concerns this agent" } },
  completes: { agent: "agent" },
  examples: [
    ["hivectl watch", "until Ctrl-C"],
    ["hivectl watch --json | jq .event.data", "for programs"],
  ],
  run: async (context) => {
    const printer = createTimelinePrinter(context.view(), context.args.agent);
    for await (const frame of context.frames(eventEndpoints.events, { input: {} })) {
      if (context.json) continue;
      const line = printer(frame);
      if (line !== undefined) context.print(line);
    }
  },
});
