/** An older configuration again. */
import { configEndpoints } from "../../../wire/config.ts";
import { HiveError } from "../../../wire/hive-error.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { approvalId } from "../../options.ts";
import { clean } from "../../print/clean.ts";
import { followOperation, WAIT } from "../operation/follow-operation.ts";

export const configRollback = command({
  noun: "config",
  verb: "rollback",
  summary: "Deploy an older deployment's commit again",
  details:
    "It becomes a deployment of its own, so nothing of the history is lost. On a terminal it says what that changes, and asks. Waits for its end; Ctrl-C stops the waiting, not the work.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    to: { type: "positional", required: true, description: "Number of the deployment" },
    yes: { type: "boolean", alias: "y", description: "Do not ask" },
    ...WAIT,
  },
  completes: { agent: "agent" },
  examples: [["hivectl config rollback alice 7", "hivectl config diff alice 7 shows what that undoes"]],
  run: async (context) => {
    const { args, json } = context;
    const input = { name: args.agent, to: approvalId(args.to) };
    if (json) {
      const body = await context.transport.request(configEndpoints.configRollback, input);
      return context.print(stringifyJson(body, 2));
    }
    if (args.yes !== true && context.io.isTerminal(0) && context.io.isTerminal(2))
      await confirm(context, input);
    const { operation_id: id, approval } = await context.ask(configEndpoints.configRollback, input);
    if (args.wait === false)
      return context.print(`putting it back as #${approval.id}; hivectl operation follow ${id}`);
    const code = await followOperation(context, id);
    if (code === 0)
      context.print(`"${args.agent}" runs with configuration ${args.to} again, as #${approval.id}`);
    return code;
  },
});

interface Rollback {
  readonly name: string;
  readonly to: bigint;
}

/** What it changes, file by file, before it does. */
async function confirm({ io, ask, paint }: Context, { name, to }: Rollback): Promise<void> {
  const change = { name, from: "current", to: `deployed/${to}` };
  const { stat } = await ask(configEndpoints.configDiff, change);
  const head = `Deployment ${to} of "${name}" again would change:`;
  io.write(
    2,
    `${head}\n${clean(stat)}\n${paint("dim", `hivectl config diff ${name} current ${to}`)}\nGo on? [y/N] `,
  );
  if (!/^y(es)?$/i.test(io.readAnswer()?.trim() ?? ""))
    throw new HiveError("cancelled", "nothing was changed");
}
