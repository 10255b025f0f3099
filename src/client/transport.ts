/**
 * What carries a call to the other side: HTTP (http-transport.ts) or the host socket (src/hivectl/connect.ts).
 * Types only; browser-safe.
 */
import type { Endpoint } from "../wire/endpoint.ts";

/** What a transport needs to know of an endpoint. */
export type Target = Pick<Endpoint, "cmd" | "http">;

export type Fields = Readonly<Record<string, unknown>>;

export interface OpenRequest {
  readonly input: Fields;
  /** Continue after this seq: how a broken stream is taken up again. */
  readonly after?: number | undefined;
  readonly signal: AbortSignal;
  /** The other side accepted; frames may still be long in coming. */
  readonly onOpen?: () => void;
}

export interface RawFrame {
  readonly body: unknown;
  /** The id that resumes after this frame, where the transport carries one. */
  readonly id?: number;
}

/**
 * Both throw HiveError: what the other side answered, or `unavailable` when it cannot be reached.
 */
export interface Transport {
  /** The answer's fields, not yet parsed. */
  request(endpoint: Target, input: Fields): Promise<unknown>;
  /** The frames of one connection. Ends when the connection does, without telling why. */
  open(endpoint: Target, request: OpenRequest): AsyncIterable<RawFrame>;
}
