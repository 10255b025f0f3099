/** What an approval of a configuration holds: everything that was shown, and the commit it is about. */
import { z } from "zod";
import { AgentName } from "../../wire/ids.ts";

const Sha = z.string().regex(/^[0-9a-f]{40}$/);

/** As an agent asks for it. */
export const CommitRequest = z.strictObject({ agent: AgentName, commit: z.string().max(100) });

export const InitPayload = z.strictObject({ agent: AgentName });
export type InitPayload = z.output<typeof InitPayload>;

/** As it is stored, and carried out. */
export const CommitPayload = z.strictObject({
  agent: AgentName,
  sha: Sha,
  /** What ran when the difference was made; when something else runs, this is void. */
  base_sha: Sha,
  subject: z.string(),
  /** Files and numbers of lines. */
  stat: z.string(),
  /** Absent when it is long: `approval_diff` has it. */
  diff: z.string().optional(),
  diff_bytes: z.int(),
  /** The deployment that is put back. */
  rollback_of: z.string().optional(),
});
export type CommitPayload = z.output<typeof CommitPayload>;
