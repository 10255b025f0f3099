/** Everything that waits for a human, at one point in time. */
import { z } from "zod";
import { AgentRow } from "./agents.ts";
import { Approval } from "./approvals.ts";
import { endpoint } from "./endpoint.ts";
import { Operation } from "./operations.ts";
import { Question } from "./questions.ts";

export const inboxEndpoints = {
  inbox: endpoint({
    cmd: "inbox",
    http: ["GET", "/api/v1/inbox"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({
      /** Pending ones. */
      approvals: z.array(Approval),
      /** Open ones that are asked of the operator. */
      questions: z.array(Question),
      /** Those that cannot go on by themselves: no login, no budget, given up. */
      agents: z.array(AgentRow),
      /** Deploys that failed within a day, and that no later one has mended. */
      operations: z.array(Operation),
    }),
    summary: "Everything that waits for a human, riskiest first within each kind.",
  }),
} as const;
