import { z } from "zod";
import { tool } from "../tool.ts";

export const setStatus = tool({
  server: "hyperhive",
  name: "set_status",
  access: "agent",
  description:
    "Say in a few words what you are doing; the operator and the other agents see it beside your name. Set it at the start of work that takes a while, clear it with an empty text when you are done.",
  input: z.strictObject({ text: z.string().max(200).describe("empty clears it") }),
  run: async (input, { call }) => {
    await call("setStatus", input);
    return input.text === "" ? "status cleared" : "status set";
  },
});
