import { z } from "zod";
import { tool } from "../tool.ts";
import { describeState } from "./describe-command.ts";

export const run = tool({
  server: "bash",
  name: "run",
  access: "agent",
  description:
    "Run a shell command and wait for it. There is no terminal and no input; each call is a new shell that starts in your state directory, so use cwd or cd inside the command. Returns stdout and stderr in the order they came, then the exit code. Of long output you get the start and the end, and the path of a file with all of it. At its timeout the command and its children are killed. For servers and long jobs use run_background.",
  input: z.strictObject({
    command: z
      .string()
      .min(1)
      .max(64 * 1024)
      .describe("for bash -c"),
    timeout_seconds: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe("at most, and by default, what this agent is allowed"),
    cwd: z.string().min(1).max(4096).optional().describe("where to start; default your state directory"),
  }),
  run: async ({ command, timeout_seconds, cwd }, { commands, config, signal, toolUseId }) => {
    const allowed = config().bash_timeout_seconds;
    const seconds = Math.min(timeout_seconds ?? allowed, allowed);
    const started = await commands.start({ command, cwd, timeoutMs: seconds * 1000, toolUseId });
    const cut = (): void => void started.kill("the call was cancelled").catch(() => {});
    signal.addEventListener("abort", cut, { once: true });
    if (signal.aborted) cut();
    const end = await started.done;
    signal.removeEventListener("abort", cut);
    const output = started.output.summary();
    const text = `${output}${output === "" || output.endsWith("\n") ? "" : "\n"}${describeState(started)}`;
    return { text, isError: end.how !== "exited" || end.code !== 0 };
  },
});
