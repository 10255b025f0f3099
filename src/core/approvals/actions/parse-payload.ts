/** Payloads come from agents, through the database: parsed each time they are used. */
import type { z } from "zod";
import { HiveError } from "../../../wire/errors.ts";

export function parsePayload<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the request" : `"${issue.path.join(".")}"`;
  throw new HiveError("invalid", `${where} is not right: ${issue?.message ?? "unknown"}`);
}
