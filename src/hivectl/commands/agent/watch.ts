/** What an agent says and does, as it happens. */
import { HiveError } from "../../../wire/hive-error.ts";
import { journalEndpoints } from "../../../wire/journal.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { duration, wholeNumber } from "../../options.ts";
import { createTranscriptPrinter } from "../../print/transcript.ts";

/** What the daemon gives in one answer. */
const MOST = 1000;

export const agentWatch = command({
  noun: "agent",
  verb: "watch",
  summary: "An agent's transcript, live: what it is told, says and does",
  details:
    "Begins with the newest events and goes on across restarts; nothing is missed. With --json each frame is printed as it comes.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    history: {
      type: "string",
      alias: "n",
      valueHint: "N",
      default: "30",
      description: "Events to begin with, to 1000",
    },
    since: { type: "string", valueHint: "TIME", description: "Begin this far back instead: 10m, 2h" },
    thinking: { type: "boolean", alias: "t", description: "Also what the model thinks" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent watch alice", "until Ctrl-C"],
    ["hivectl agent watch alice --since 2h --thinking", "more of the past, and of its mind"],
  ],
  run: async (context) => {
    const { args, json } = context;
    const after = await startSeq(context, args);
    const printer = createTranscriptPrinter(context.view(), {
      agent: args.agent,
      thinking: args.thinking === true,
    });
    for await (const frame of context.frames(journalEndpoints.journalStream, {
      input: { name: args.agent },
      after,
    })) {
      if (json) continue;
      const text = printer(frame);
      if (text !== undefined) context.print(text);
    }
  },
});

interface StartArgs {
  readonly agent: string;
  readonly history: string;
  readonly since?: string | undefined;
}

/** The seq before the first event to show. */
async function startSeq({ ask, io }: Pick<Context, "ask" | "io">, args: StartArgs): Promise<number> {
  const back = duration(args.since, "--since");
  const wanted = back === undefined ? (wholeNumber(args.history, "--history") ?? 0) : MOST;
  if (wanted > MOST) throw new HiveError("invalid", `"--history" is at most ${MOST}`);
  const limit = Math.max(1, wanted);
  const { events } = await ask(journalEndpoints.journal, { name: args.agent, limit });
  const newest = events.at(-1)?.seq ?? 0;
  if (wanted === 0) return newest;
  const from = back === undefined ? 0 : io.now() - back;
  const first = events.find(({ at }) => Date.parse(at) >= from);
  return first === undefined ? newest : first.seq - 1;
}
