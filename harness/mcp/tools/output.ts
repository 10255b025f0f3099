import { z } from "zod";
import { readPart } from "../bash/output.ts";
import { tool } from "../tool.ts";
import { describeState } from "./describe-command.ts";

const PART_BYTES = 32 * 1024;

export const output = tool({
  server: "bash",
  name: "output",
  access: "agent",
  description:
    "What a command has written so far, and whether it still runs. Give after to see only what is new: the number the last output call returned.",
  input: z.strictObject({
    id: z.string().min(1).max(100).describe("what run_background returned"),
    after: z.int().min(0).default(0).describe("bytes to leave out from the start"),
  }),
  run: async ({ id, after }, { commands }) => {
    const command = commands.get(id);
    const { text, next } = readPart(command.file, after, PART_BYTES);
    const rest = command.output.size - next;
    const more = rest > 0 ? `, ${rest} bytes more are there` : "";
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${describeState(command)}\n[next: after ${next}${more}]`;
  },
});
