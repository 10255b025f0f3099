/** What a shell's completion script calls: the words so far in, the candidates out. Never fails, never waits long. */
import { command } from "../../command.ts";
import { completeWords } from "../../docs/complete.ts";
import { knownNames } from "../../known-names.ts";

export const hiveComplete = command({
  noun: "",
  verb: "__complete",
  summary: "Candidates for the last of the given words, for completion scripts",
  args: {},
  rest: { name: "word", description: "The words after hivectl, the last one being typed" },
  examples: [],
  run: async ({ rest, transport, print }, commands) => {
    const found = await completeWords(rest, { commands, names: knownNames(transport) }).catch(() => []);
    if (found.length > 0) print(found.map(({ word, about }) => `${word}\t${about}`).join("\n"));
  },
});
