/** The reference of hivectl, generated from the commands themselves. */
import { command } from "../../command.ts";
import { checkReference, REFERENCE_PATH, reference, writeReference } from "../../docs/reference.ts";

export const hiveMarkdownDocs = command({
  noun: "",
  verb: "markdown-docs",
  summary: "Write the reference of hivectl as Markdown",
  args: {
    out: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      default: REFERENCE_PATH,
      description: "Where to; - prints it",
    },
    check: { type: "boolean", description: "Write nothing; fail when the file says something else" },
  },
  examples: [
    ["hivectl markdown-docs", "in a checkout, after a change of a command"],
    ["hivectl markdown-docs --check", "whether that was forgotten"],
  ],
  run: async ({ args, print }, commands) => {
    if (args.check === true) {
      await checkReference(args.out, commands);
      return print(`${args.out} is up to date`);
    }
    if (args.out === "-") return print(await reference(commands));
    await writeReference(args.out, commands);
    print(`wrote ${args.out}`);
  },
});
