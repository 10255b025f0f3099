/**
 * From a verb and its fields to an answer, the same at every door: find the endpoint, check who may call (once,
 * here), parse strictly, run the handler, shape the answer by the endpoint's own output.
 * Not here: bytes, framing, how an error is written.
 */

import { nearest } from "../../lib/nearest.ts";
import type { Access, Endpoint, Handlers, Wire } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import { type Fields, parseInput, shown } from "./parse-input.ts";

/** Who stands at the door. */
export type Caller = "public" | "operator" | "agent" | "manager";

const MAY: Readonly<Record<Access, readonly Caller[]>> = {
  public: ["public", "operator"],
  operator: ["operator"],
  agent: ["agent", "manager"],
  manager: ["manager"],
};

export function mayCall(access: Access, caller: Caller): boolean {
  return MAY[access].includes(caller);
}

export type Answer =
  | { readonly kind: "one"; readonly body: Fields }
  | { readonly kind: "stream"; readonly frames: AsyncIterable<Fields> };

export interface Dispatch<Ctx> {
  readonly endpoints: readonly Endpoint[];
  /** By verb; throws unknown_command with the nearest one. */
  find(cmd: string): Endpoint;
  /** The handler is entered before this returns, so calls made in an order begin in that order. */
  run(endpoint: Endpoint, call: { fields: Fields; caller: Caller; context: Ctx }): Promise<Answer>;
}

type AnyHandler = (input: unknown, context: unknown) => unknown;

export function createDispatch<W extends Wire, Ctx>(wire: W, handlers: Handlers<W, Ctx>): Dispatch<Ctx> {
  const byCmd = new Map<string, Endpoint>();
  const handlerOf = new Map<Endpoint, AnyHandler>();
  for (const [key, endpoint] of Object.entries(wire)) {
    if (byCmd.has(endpoint.cmd)) throw new Error(`two endpoints say "${endpoint.cmd}"`);
    byCmd.set(endpoint.cmd, endpoint);
    // Sound: `Handlers` ties each key's handler to that key's endpoint, whose input is parsed below.
    handlerOf.set(endpoint, handlers[key] as AnyHandler);
  }

  return {
    endpoints: [...byCmd.values()],
    find: (cmd) => byCmd.get(cmd) ?? unknownCommand(cmd, byCmd.keys()),
    run: async (endpoint, { fields, caller, context }) => {
      if (!mayCall(endpoint.access, caller)) throw notAllowed(endpoint, caller);
      const handler = handlerOf.get(endpoint);
      if (handler === undefined) throw new Error(`"${endpoint.cmd}" has no handler here`);
      const result = handler(parseInput(endpoint, fields), context);
      if (endpoint.stream === true) return { kind: "stream", frames: shaped(endpoint, result) };
      return { kind: "one", body: shape(endpoint, await result) };
    },
  };
}

function unknownCommand(cmd: string, known: Iterable<string>): never {
  const close = nearest(cmd, known);
  throw new HiveError("unknown_command", `there is no command "${shown(cmd)}"`, {
    hint: close === undefined ? "see docs/protocol/REFERENCE.md" : `did you mean "${close}"?`,
  });
}

function notAllowed(endpoint: Endpoint, caller: Caller): HiveError {
  if (caller === "public") {
    return new HiveError("unauthorized", "this needs a login", { hint: "hivectl login" });
  }
  const who = endpoint.access === "manager" ? "only the manager" : "not this caller";
  return new HiveError("forbidden", `"${endpoint.cmd}" is not for you: ${who} may do this`);
}

/** Drops what the output does not declare; a result that does not fit is our defect and becomes `internal`. */
function shape(endpoint: Endpoint, result: unknown): Fields {
  return endpoint.output.parse(result ?? {}) as Fields;
}

async function* shaped(endpoint: Endpoint, frames: unknown): AsyncGenerator<Fields, void, undefined> {
  for await (const frame of frames as AsyncIterable<unknown>) yield shape(endpoint, frame);
}
