/** A new agent, and how its creation goes. */

import { type AgentConfigInput, Role } from "../../../wire/agent-config.ts";
import { agentEndpoints } from "../../../wire/agents.ts";
import { HiveError } from "../../../wire/hive-error.ts";
import { Effort } from "../../../wire/ids.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { optionalText } from "../../options.ts";
import { followOperation, WAIT } from "../operation/follow-operation.ts";

export const agentSpawn = command({
  noun: "agent",
  verb: "spawn",
  summary: "Create an agent and start it",
  details:
    "Waits until it runs and shows the steps. Ctrl-C stops the waiting, not the work. With --json the answer is the operation to watch.",
  args: {
    agent: { type: "positional", required: true, description: "Its name: 1 to 31 of a-z, 0-9 and -" },
    prompt: { type: "positional", required: false, description: "Its first message; - for standard input" },
    file: {
      type: "string",
      alias: "f",
      valueHint: "FILE",
      description: "Read the first message from a file",
    },
    model: {
      type: "string",
      valueHint: "MODEL",
      description: "`sonnet`, `opus`, `haiku` or a full model name",
    },
    effort: {
      type: "enum",
      options: ["low", "medium", "high", "xhigh", "max"],
      description: "How long it thinks",
    },
    role: {
      type: "enum",
      options: ["agent", "manager"],
      description: "A manager may ask for agents and schedules",
    },
    persona: {
      type: "string",
      valueHint: "FILE",
      description: "Read from a file what it always knows about itself; - for standard input",
    },
    packages: {
      type: "string",
      valueHint: "NAMES",
      description: "nixpkgs names of programs it needs, with commas between",
    },
    backend: { type: "string", valueHint: "NAME", description: "Where it runs; default from the settings" },
    config: { type: "string", valueHint: "FILE", description: "The rest of its configuration, as JSON" },
    ...WAIT,
  },
  examples: [
    ["hivectl agent spawn alice", "an agent that waits for messages"],
    ['hivectl agent spawn bob "Write the tests of src/lib." --model opus', "with its first message"],
    ["hivectl agent spawn dora --persona dora.md --packages ripgrep,jq", "with a character and its tools"],
    ["hivectl agent spawn carol --config carol.json -f task.md", "from files"],
  ],
  run: async (context) => {
    const { args, json } = context;
    const prompt = await optionalText(context, { word: args.prompt, file: args.file, name: "<prompt>" });
    const input = {
      name: args.agent,
      config: await readConfig(context, args),
      ...(args.backend === undefined ? {} : { backend: args.backend }),
      ...(prompt === undefined ? {} : { prompt }),
    };
    if (json) {
      const body = await context.transport.request(agentEndpoints.spawn, input);
      return context.print(stringifyJson(body, 2));
    }
    const { operation_id: id } = await context.ask(agentEndpoints.spawn, input);
    if (args.wait === false) return context.print(`creating "${args.agent}"; hivectl operation follow ${id}`);
    const code = await followOperation(context, id);
    if (code === 0) context.print(`"${args.agent}" runs; hivectl agent watch ${args.agent}`);
    return code;
  },
});

type ConfigArgs = Readonly<
  Partial<Record<"config" | "model" | "effort" | "role" | "persona" | "packages", string | undefined>>
>;

/** What is said on the line goes before what the file says. */
async function readConfig(context: Pick<Context, "io">, args: ConfigArgs): Promise<AgentConfigInput> {
  const { model, effort, role, packages } = args;
  const file = (path: string) => optionalText(context, { word: undefined, file: path, name: "" });
  const base = args.config === undefined ? {} : parseObject(await file(args.config), args.config);
  const persona = args.persona === undefined ? undefined : await file(args.persona);
  return {
    ...base,
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort: Effort.parse(effort) }),
    ...(role === undefined ? {} : { role: Role.parse(role) }),
    ...(persona === undefined ? {} : { system_prompt: persona.trim() }),
    ...(packages === undefined ? {} : { packages: packages.split(/[\s,]+/).filter((name) => name !== "") }),
  };
}

/** Only that it is an object: the daemon checks the rest and names the field. */
function parseObject(text: string | undefined, path: string): AgentConfigInput {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new HiveError("invalid", `"${path}" is not a JSON object`);
}
