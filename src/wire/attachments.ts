/** Files the operator gives to an agent: they land in its state, and a message names them. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName } from "./ids.ts";

/** Of one file. */
export const ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024;
/** Of one part, before base64. */
export const ATTACHMENT_PART_BYTES = 512 * 1024;

export const attachFields = {
  /** Names this upload: the same for all parts of one file. */
  upload: z.string().regex(/^[a-z0-9]{12,40}$/),
  /** As it is called at the operator's; what is no letter, digit, dot or dash becomes `_`. */
  file: z.string().min(1).max(200),
  /** Bytes that came before: a repeat of the last part writes nothing. */
  offset: z.int().min(0).max(ATTACHMENT_MAX_BYTES),
  data: z.base64().max(Math.ceil((ATTACHMENT_PART_BYTES * 4) / 3) + 4),
};

export const AttachResult = z.object({
  /** Where the agent finds it. */
  path: z.string(),
  /** Bytes there are now. */
  size: z.int(),
});

export const attachmentEndpoints = {
  attach: endpoint({
    cmd: "attach",
    http: ["POST", "/api/v1/agents/:name/attachments"],
    access: "operator",
    input: z.strictObject({ name: AgentName, ...attachFields }),
    output: AttachResult,
    summary: "One part of a file for an agent; its harness stores it below the agent's state.",
  }),
} as const;

/** The line of a message that names a file. A picture among them reaches the model with the message. */
export function attachmentLine(path: string, type: string, size: number): string {
  return `[attached: ${path} (${/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "unknown"}, ${size} bytes)]`;
}
