import { z } from "zod";
import { tool } from "../tool.ts";

export const runBackground = tool({
  server: "bash",
  name: "run_background",
  access: "agent",
  description:
    "Start a shell command and go on without waiting: a server, a watcher, a long job. Returns its id at once; see what it wrote with output, end it with kill. It lives on after the turn, until it ends, is killed, or an interrupt or restart of this agent ends it. Nobody tells you when it ends: use remind to look again.",
  input: z.strictObject({
    command: z
      .string()
      .min(1)
      .max(64 * 1024)
      .describe("for bash -c"),
    cwd: z.string().min(1).max(4096).optional().describe("where to start; default your state directory"),
  }),
  run: async ({ command, cwd }, { commands, toolUseId }) => {
    const started = await commands.start({ command, cwd, toolUseId });
    return `command ${started.id} runs in the background; all it writes is kept in ${started.file}`;
  },
});
