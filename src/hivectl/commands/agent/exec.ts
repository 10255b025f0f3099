/** A program beside an agent, with its rights and its view of the machine. */

import { parseOutput } from "../../../client/call.ts";
import { execEndpoints } from "../../../wire/exec.ts";
import { HiveError } from "../../../wire/hive-error.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import { duration } from "../../options.ts";
import { clean } from "../../print/clean.ts";

const KILLED = 128;

export const agentExec = command({
  noun: "agent",
  verb: "exec",
  summary: "Run a program the way an agent would, beside it",
  details:
    "No shell reads the words. Exits as the program does. On a terminal control characters are shown, not obeyed; a pipe gets them as they are.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    timeout: { type: "string", valueHint: "TIME", default: "60s", description: "At most, to 10m" },
  },
  rest: { name: "word", description: "Program and arguments, after --", required: true },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent exec alice -- ls -la /agents/alice/state", "what it has written"],
    ['hivectl agent exec alice -- sh -c "df -h ."', "with a shell"],
  ],
  run: async ({ args, rest, transport, json, io }) => {
    const timeout_seconds = (duration(args.timeout, "--timeout") ?? 0) / 1000;
    const input = { name: args.agent, argv: [...rest], timeout_seconds };
    const body = await transport.request(execEndpoints.exec, input);
    const ran = parseOutput(execEndpoints.exec, body);
    if (json) io.write(1, `${stringifyJson(body, 2)}\n`);
    else {
      io.write(1, io.isTerminal(1) ? clean(ran.stdout) : ran.stdout);
      io.write(2, io.isTerminal(2) ? clean(ran.stderr) : ran.stderr);
      if (ran.truncated) io.write(2, "hivectl: the output was cut\n");
    }
    if (ran.timed_out) throw new HiveError("timeout", `the program did not end within ${args.timeout}`);
    return ran.exit_code ?? KILLED;
  },
});
