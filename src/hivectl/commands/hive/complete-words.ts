/** What a shell's completion script calls: the words so far in, the candidates out. Never fails, never waits long. */
import type { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { completeWords } from "../../docs/complete.ts";

const CMD: (typeof agentEndpoints)["list"]["cmd"] = "list";

export const hiveComplete = command({
  noun: "",
  verb: "__complete",
  summary: "Candidates for the last of the given words, for completion scripts",
  args: {},
  rest: { name: "word", description: "The words after hivectl, the last one being typed" },
  examples: [],
  run: async ({ rest, transport, print }, commands) => {
    const found = await completeWords(rest, { commands, agents: () => agentNames(transport) }).catch(
      () => [],
    );
    if (found.length > 0) print(found.map(({ word, about }) => `${word}\t${about}`).join("\n"));
  },
});

async function agentNames(transport: Context["transport"]): Promise<readonly string[]> {
  const body = await transport.request({ cmd: CMD }, {});
  const agents: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "agents") : [];
  return Array.isArray(agents) ? agents.filter((name) => typeof name === "string") : [];
}
