/** An agent's end. What cannot be brought back is asked for by name. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { HiveError } from "../../../wire/hive-error.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { followOperation, WAIT } from "../operation/follow-operation.ts";

export const agentDestroy = command({
  noun: "agent",
  verb: "destroy",
  summary: "Remove an agent; its login and state stay on disk unless purged",
  details:
    "With --purge the login, the conversations and all files of the agent are gone for good; on a terminal it asks for the agent's name, elsewhere it wants --yes.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    purge: { type: "boolean", description: "Also wipe its login and its state" },
    yes: { type: "boolean", alias: "y", description: "Do not ask" },
    ...WAIT,
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent destroy alice", "spawn it again later: it remembers"],
    ["hivectl agent destroy alice --purge", "nothing of it is left"],
  ],
  run: async (context) => {
    const { args, json } = context;
    const purge = args.purge === true;
    if (purge && args.yes !== true) confirm(context, args.agent);
    const input = { name: args.agent, purge };
    if (json)
      return context.print(stringifyJson(await context.transport.request(agentEndpoints.destroy, input), 2));
    const { operation_id: id } = await context.ask(agentEndpoints.destroy, input);
    if (args.wait === false) return context.print(`removing "${args.agent}"; hivectl operation follow ${id}`);
    const code = await followOperation(context, id);
    if (code === 0)
      context.print(`removed "${args.agent}"${purge ? " with all it had" : "; its state stays on disk"}`);
    return code;
  },
});

function confirm({ io }: Pick<Context, "io">, name: string): void {
  if (!io.isTerminal(0) || !io.isTerminal(2)) {
    throw new HiveError("invalid", `purging "${name}" cannot be undone`, {
      hint: `hivectl agent destroy ${name} --purge --yes`,
    });
  }
  io.write(
    2,
    `This wipes the login, the conversations and all files of "${name}".\nType its name to go on: `,
  );
  if (io.readAnswer()?.trim() !== name) throw new HiveError("cancelled", "nothing was removed");
}
