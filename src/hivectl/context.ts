/**
 * What a command's `run` is given: its arguments, the hive, and the terminal. `show` is the usual whole of a
 * command: ask, then print the answer (`--json`: verbatim; otherwise as the render function says).
 */
import type { Transport } from "../client/transport.ts";
import type { CallInput, Endpoint, Output } from "../wire/endpoint.ts";
import { stringifyJson } from "../wire/json.ts";
import type { Env } from "./connect.ts";
import { colours, type Paint, plain } from "./print/paint.ts";
import type { View } from "./print/view.ts";

/** The process around hivectl; tests bring their own. */
export interface Io {
  readonly env: Env;
  write(fd: 1 | 2, text: string): void;
  isTerminal(fd: 0 | 1 | 2): boolean;
  /** Of the terminal. */
  columns(): number;
  readFile(path: string): Promise<string>;
  readStdin(): string;
  /** One typed line; undefined at the end of input. */
  readAnswer(): string | undefined;
  now(): number;
  /** Aborted by Ctrl-C and SIGTERM, from the first time it is asked for. */
  interrupted(): AbortSignal;
}

export interface StreamOptions<E extends Endpoint> {
  readonly input: CallInput<E>;
  readonly after?: number;
  readonly signal?: AbortSignal;
}

export interface Context<A = Readonly<Record<string, unknown>>> {
  readonly args: A;
  readonly rest: readonly string[];
  readonly json: boolean;
  readonly io: Io;
  readonly paint: Paint;
  readonly transport: Transport;
  view(): View;
  /** A line, or several, of what was asked for. */
  print(text: string): void;
  /** What the operator should know but did not ask for. */
  note(text: string): void;
  ask<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Output<E>>;
  show<E extends Endpoint>(
    endpoint: E,
    input: CallInput<E>,
    render: (output: Output<E>, view: View) => string,
  ): Promise<void>;
  /** Frames across reconnects, until the reader leaves or Ctrl-C. With `--json` each is printed as it is. */
  frames<E extends Endpoint>(endpoint: E, options: StreamOptions<E>): AsyncGenerator<Output<E>>;
}

export interface ContextOptions {
  readonly args: Readonly<Record<string, unknown>>;
  readonly rest: readonly string[];
  readonly json: boolean;
  readonly color: boolean;
  readonly io: Io;
  readonly transport: Transport;
}

export function createContext(options: ContextOptions): Context {
  const { io, json, transport, args, rest } = options;
  const paint = options.color && useColours(io) ? colours : plain;
  const print = (text: string): void => io.write(1, text.endsWith("\n") ? text : `${text}\n`);
  const note = (text: string): void => io.write(2, `${text}\n`);
  const view = (): View => ({ now: io.now(), paint, width: io.columns() });
  const ask: Context["ask"] = async (endpoint, input) => {
    const { call } = await import("../client/call.ts");
    return call(transport, endpoint, input);
  };
  return {
    args,
    rest,
    json,
    io,
    paint,
    transport,
    view,
    print,
    note,
    ask,
    show: async (endpoint, input, render) => {
      const body = await transport.request(endpoint, input as Readonly<Record<string, unknown>>);
      if (json) return print(stringifyJson(body, 2));
      const { parseOutput } = await import("../client/call.ts");
      print(render(parseOutput(endpoint, body), view()));
    },
    frames: async function* (endpoint, stream) {
      const { subscribe } = await import("../client/subscribe.ts");
      const { statusNotes } = await import("./status-notes.ts");
      yield* subscribe(transport, endpoint, {
        input: stream.input,
        signal: stream.signal ?? io.interrupted(),
        failFirst: true,
        onStatus: statusNotes(note),
        ...(stream.after === undefined ? {} : { after: stream.after }),
        ...(json ? { onRaw: (body: unknown) => print(stringifyJson(body)) } : {}),
      });
    },
  };
}

function useColours({ env, isTerminal }: Io): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "" && env["FORCE_COLOR"] !== "0")
    return true;
  return env["TERM"] !== "dumb" && isTerminal(1);
}
