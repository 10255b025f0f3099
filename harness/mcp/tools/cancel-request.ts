import { z } from "zod";
import { tool } from "../tool.ts";

export const cancelRequest = tool({
  server: "hyperhive",
  name: "cancel_request",
  access: "manager",
  description: "Take a request of yours back that the operator has not decided yet. Returns its state then.",
  input: z.strictObject({
    // Text too: the number may be larger than a JSON number can say.
    id: z.union([z.int(), z.string().regex(/^-?\d{1,19}$/)]).describe("the number the request returned"),
  }),
  run: async ({ id }, { call }) => {
    const { approval } = await call("cancelRequest", { id });
    return `request ${approval.id} is ${approval.status}`;
  },
});
