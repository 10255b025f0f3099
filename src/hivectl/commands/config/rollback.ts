/** An older configuration again. */
import { configEndpoints } from "../../../wire/config.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import { approvalId } from "../../options.ts";
import { followOperation, WAIT } from "../operation/follow-operation.ts";

export const configRollback = command({
  noun: "config",
  verb: "rollback",
  summary: "Deploy an older deployment's commit again",
  details:
    "It becomes a deployment of its own, so nothing of the history is lost. Waits for its end; Ctrl-C stops the waiting, not the work.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    to: { type: "positional", required: true, description: "Number of the deployment" },
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
    const { operation_id: id, approval } = await context.ask(configEndpoints.configRollback, input);
    if (args.wait === false)
      return context.print(`putting it back as #${approval.id}; hivectl operation follow ${id}`);
    const code = await followOperation(context, id);
    if (code === 0)
      context.print(`"${args.agent}" runs with configuration ${args.to} again, as #${approval.id}`);
    return code;
  },
});
