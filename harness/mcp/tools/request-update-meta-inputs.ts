import { z } from "zod";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestUpdateMetaInputs = tool({
  server: "hyperhive",
  name: "request_update_meta_inputs",
  access: "manager",
  description:
    "Ask the operator for newer inputs (nixpkgs, hyperhive) of the flake that all agents are built from, on NixOS. What they would be is found out now and shown to the operator. When approved, every agent is built first, and then each is restarted, after its turn. Returns the number of the request.",
  input: z.strictObject({
    inputs: z
      .array(z.string().min(1).max(200))
      .max(50)
      .default([])
      .describe("for example hyperhive/nixpkgs; none: all of them"),
    reason: z.string().min(1).max(2000).describe("for the operator"),
  }),
  run: async (input, { call, effect }) => {
    const { approval } = await call("requestUpdateMetaInputs", { ...input, ...effect() });
    return waitsForOperator(approval);
  },
});
