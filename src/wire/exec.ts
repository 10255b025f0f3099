/** A program beside an agent: for the operator's own hands, on this machine only. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName } from "./ids.ts";

const WORD_MAX_BYTES = 32 * 1024;

export const execEndpoints = {
  exec: endpoint({
    cmd: "exec",
    access: "operator",
    input: z.strictObject({
      name: AgentName,
      /** Program and arguments; no shell reads them. */
      argv: z
        .array(
          z
            .string()
            .max(WORD_MAX_BYTES)
            .regex(/^[^\0]*$/),
        )
        .min(1)
        .max(200),
      timeout_seconds: z.number().min(1).max(600).default(60),
    }),
    output: z.object({
      /** Absent when a signal ended it. */
      exit_code: z.int().optional(),
      signal: z.string().optional(),
      stdout: z.string(),
      stderr: z.string(),
      /** More was written than is kept. */
      truncated: z.boolean(),
      timed_out: z.boolean(),
    }),
    summary: "Run a program the way the agent would, beside it. Not offered over HTTP.",
  }),
} as const;
