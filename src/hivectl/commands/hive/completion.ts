/** Completion for shells. The script asks hivectl itself, so it is never out of date. */

import { HiveError } from "../../../wire/hive-error.ts";
import { command } from "../../command.ts";
import { completionScript } from "../../docs/completion-scripts.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const hiveCompletion = command({
  noun: "",
  verb: "completion",
  summary: "Print the completion script of a shell",
  args: { shell: { type: "positional", required: true, description: "bash, zsh or fish" } },
  examples: [
    ['eval "$(hivectl completion bash)"', "in ~/.bashrc"],
    ['eval "$(hivectl completion zsh)"', "in ~/.zshrc, after compinit"],
    ["hivectl completion fish > ~/.config/fish/completions/hivectl.fish", "once"],
  ],
  run: async ({ args, print }) => {
    const shell = SHELLS.find((name) => name === args.shell);
    if (shell === undefined) {
      throw new HiveError("invalid", `no completion for "${args.shell}"`, {
        hint: `one of ${SHELLS.join(", ")}`,
      });
    }
    print(completionScript(shell));
  },
});
