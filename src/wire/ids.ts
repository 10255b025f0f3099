/** Names and ids as they cross the wire. Names are checked here before they become paths, units, argv or HTML. */
import { z } from "zod";

/** Longest agent name: it is also a user name, and `h-` + name a host name. */
export const AGENT_NAME_MAX = 31;

const AGENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?$/;

/** The sentence for a refused name, everywhere. */
export const AGENT_NAME_RULE =
  "an agent name is 1 to 31 of a-z, 0-9 and -, and begins and ends with a letter or digit";

/** Names that mean somebody else in a message's `from` or `to`. */
export const RESERVED_NAMES: readonly string[] = ["operator", "all", "system", "root"];

export function isAgentName(name: string): boolean {
  return AGENT_NAME.test(name) && !RESERVED_NAMES.includes(name);
}

export const AgentName = z.string().refine(isAgentName, { error: AGENT_NAME_RULE });

/** 26 characters of Crockford base 32; sorts by time. */
export const Ulid = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, { error: "an id is 26 characters, as printed" });

/** RFC 3339 in UTC, e.g. `2026-11-23T00:51:37.123Z`. */
export const Timestamp = z.iso.datetime();

/**
 * Signed 64-bit. A bigint inside; a plain JSON integer on the wire (`src/wire/json.ts` writes and reads it
 * without going through a double).
 */
export const ApprovalId = z
  .union([
    z.bigint(),
    z.int().transform((n) => BigInt(n)),
    z
      .string()
      .regex(/^-?\d{1,19}$/)
      .transform((s) => BigInt(s)),
  ])
  .refine((n) => n >= -(2n ** 63n) && n < 2n ** 63n, { error: "an approval id is a signed 64-bit integer" });

/** Sender or recipient: an agent, the operator, or the hive itself. */
export const Party = z.string().min(1).max(AGENT_NAME_MAX);

export const Model = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]*$/);
export const Effort = z.enum(["low", "medium", "high", "xhigh", "max"]);
export type Effort = z.output<typeof Effort>;

/** Longest message body, in bytes of UTF-8. */
export const BODY_MAX_BYTES = 256 * 1024;

/** Longest line on any JSON-lines door, in bytes. */
export const LINE_MAX_BYTES = 1024 * 1024;

/** Most messages that wait for one agent; more are refused with `limit`. */
export const INBOX_MAX = 10_000;

export const Body = z
  .string()
  .min(1, { error: "the body is empty" })
  .refine((text) => new TextEncoder().encode(text).byteLength <= BODY_MAX_BYTES, {
    error: "the body is larger than 256 KiB",
  });
