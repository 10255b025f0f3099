/** From what an agent asks for to what the operator is shown, or an error and its audit row. */
import { toErrorBody } from "../../wire/errors.ts";
import type { Writer } from "../db/tx.ts";
import type { Actor, Approvals, Audit } from "../services.ts";
import type { ActionServices, Pinned } from "./action.ts";
import { checkRequest, pinRequest } from "./resolve.ts";

interface PinOptions {
  readonly services: ActionServices;
  readonly writer: Writer;
  readonly audit: Audit;
}

/** What is refused waits nowhere: its audit row is all there is of it. */
export async function pinOrRefuse(
  { services, writer, audit }: PinOptions,
  actor: Extract<Actor, { kind: "agent" }>,
  input: Parameters<Approvals["request"]>[1],
): Promise<Pinned> {
  try {
    const pinned = await pinRequest(actor, input, services);
    checkRequest({ kind: input.kind, payload: pinned.payload }, services);
    return pinned;
  } catch (error) {
    const detail = { kind: input.kind, why: toErrorBody(error).error };
    await writer.write((tx) => audit.append(tx, { actor, action: "refuse", detail }));
    throw error;
  }
}
