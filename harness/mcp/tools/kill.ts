import { z } from "zod";
import { tool } from "../tool.ts";
import { describeState } from "./describe-command.ts";

export const kill = tool({
  server: "bash",
  name: "kill",
  access: "agent",
  description: "End a command with everything it started. Returns how it ended.",
  input: z.strictObject({ id: z.string().min(1).max(100).describe("what run_background or run returned") }),
  run: async ({ id }, { commands }) => {
    const command = commands.get(id);
    await command.kill("you asked for it");
    await command.done;
    return describeState(command);
  },
});
