/**
 * An endpoint is a value: nothing else in the tree spells a verb or a path.
 * The doors, the client, OpenAPI, the protocol reference and hivectl are all derived from these values.
 */
import type { z } from "zod";

/**
 * Who may call, checked once at the door before any handler:
 * `public` anyone who reaches HTTP (login exchange only), `operator` host socket or a logged-in browser,
 * `agent` any agent over its own socket, `manager` only the manager's socket.
 */
export type Access = "public" | "operator" | "agent" | "manager";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** The verb on the JSON-lines doors. */
  readonly cmd: string;
  /** Method and path under HTTP; `:name` takes a field of the input. Absent: not offered over HTTP. */
  readonly http?: readonly [Method, string];
  readonly access: Access;
  /** Strict: an unknown field is an error. */
  readonly input: I;
  /** Tolerant: a reader ignores what it does not know. */
  readonly output: O;
  /** One sentence for the reference. */
  readonly summary: string;
  /** An answer made of many frames (one JSON line, or one SSE event, each). */
  readonly stream?: boolean;
  /** Fields that published clients send and we ignore (the one exception to strictness). */
  readonly ignored?: readonly string[];
}

/** Declares an endpoint and keeps its exact types. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

export type Input<E extends Endpoint> = z.output<E["input"]>;
/** What a caller may leave out (fields with defaults). */
export type CallInput<E extends Endpoint> = z.input<E["input"]>;
export type Output<E extends Endpoint> = z.output<E["output"]>;
/** What a handler returns, before parsing. */
export type Result<E extends Endpoint> = z.input<E["output"]>;

/** A table of endpoints by its key; the key is the name used in code. */
export type Wire = Readonly<Record<string, Endpoint>>;

export type Handler<E extends Endpoint, Ctx> = (
  input: Input<E>,
  context: Ctx,
) => E["stream"] extends true ? AsyncIterable<Result<E>> : Promise<Result<E>> | Result<E>;

/** One handler for each endpoint of a table: a missing, extra or wrong-shaped one does not compile. */
export type Handlers<W extends Wire, Ctx> = { readonly [K in keyof W]: Handler<W[K], Ctx> };
