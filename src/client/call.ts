/** One request, one answer, typed by the endpoint. The transport is passed in; browser-safe. */
import type { CallInput, Endpoint, Output } from "../wire/endpoint.ts";
import { HiveError } from "../wire/errors.ts";
import type { Fields, Transport } from "./transport.ts";

/** Throws HiveError. The input is checked by the other side, strictly; the answer is read here, tolerantly. */
export async function call<E extends Endpoint>(
  transport: Transport,
  endpoint: E,
  input: CallInput<E>,
): Promise<Output<E>> {
  return parseOutput(endpoint, await transport.request(endpoint, input as Fields));
}

/** For callers that hold an answer already. */
export function parseOutput<E extends Endpoint>(endpoint: E, body: unknown): Output<E> {
  const parsed = endpoint.output.safeParse(body);
  if (parsed.success) return parsed.data as Output<E>;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : ` (at "${issue.path.join(".")}")`;
  throw new HiveError("internal", `the answer to "${endpoint.cmd}" was not understood${where}`, {
    hint: "the other side is probably another version: hivectl info",
    cause: parsed.error,
  });
}
