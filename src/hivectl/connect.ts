/** The host socket as a transport: where it is, one line each way, frames a line each, and what a failure means. */
import type { Fields, OpenRequest, RawFrame, Transport } from "../client/transport.ts";
import { exchangeLine } from "../platform/exchange-line.ts";
import { parseJson, stringifyJson } from "../wire/json.ts";
import { WIRE_VERSION } from "../wire/version.ts";

/** A page of 500 messages of 256 KiB is the largest answer there is. */
const ANSWER_MAX_BYTES = 256 * 1024 * 1024;

export const SYSTEM_SOCKET = "/run/hyperhive/host.sock";

export type Env = Readonly<Record<string, string | undefined>>;

/** Where to look, in this order. One that was named is the only one. */
export function socketPaths(named: string | undefined, env: Env): readonly string[] {
  const chosen = named ?? (env["HIVE_SOCKET"] || undefined);
  if (chosen !== undefined) return [chosen];
  const state =
    env["XDG_STATE_HOME"] || (env["HOME"] === undefined ? undefined : `${env["HOME"]}/.local/state`);
  return state === undefined ? [SYSTEM_SOCKET] : [SYSTEM_SOCKET, `${state}/hyperhive/run/host.sock`];
}

export function hostTransport(paths: readonly string[]): Transport {
  return {
    request: async ({ cmd }, input) => {
      const line = stringifyJson({ cmd, ...input });
      const answer = await firstOf(paths, (path) => exchangeLine({ path, line, maxBytes: ANSWER_MAX_BYTES }));
      if (answer === undefined) throw await cutOff();
      return readAnswer(answer);
    },
    open: ({ cmd }, request) => openStream(paths, cmd, request),
  };
}

async function* openStream(
  paths: readonly string[],
  cmd: string,
  { input, after, signal, onOpen }: OpenRequest,
): AsyncGenerator<RawFrame> {
  const [{ connectUnix }, { readLines }] = await Promise.all([
    import("../platform/unix-socket.ts"),
    import("../platform/json-lines.ts"),
  ]);
  const conn = await firstOf(paths, (path) => connectUnix(path, { signal }));
  const onAbort = (): void => conn.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    conn.write(`${stringifyJson({ cmd, ...input, ...(after === undefined ? {} : { after }) })}\n`);
    onOpen?.();
    for await (const line of readLines(conn, { maxBytes: ANSWER_MAX_BYTES, signal })) {
      yield { body: await readAnswer(line) };
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    conn.destroy();
  }
}

/** The answer's fields without the envelope; throws what the daemon refused with. */
async function readAnswer(line: string): Promise<Fields> {
  const answer = await parsed(line);
  const { version, ok, ...fields } = answer;
  if (typeof version === "number" && version > WIRE_VERSION) {
    const { HiveError } = await import("../wire/hive-error.ts");
    throw new HiveError(
      "unsupported",
      `the hive speaks version "${version}", this hivectl "${WIRE_VERSION}"`,
      {
        hint: "use the hivectl that came with the hive",
      },
    );
  }
  if (ok === true) return fields;
  const { fromErrorBody } = await import("../wire/errors.ts");
  throw fromErrorBody(fields);
}

async function parsed(line: string): Promise<Fields> {
  try {
    const value = parseJson(line);
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // Said below.
  }
  const { HiveError } = await import("../wire/hive-error.ts");
  throw new HiveError("internal", "the answer is not json: something else answers at this socket");
}

async function cutOff(): Promise<Error> {
  const { HiveError } = await import("../wire/hive-error.ts");
  return new HiveError("unavailable", "hive-c0re closed the connection without an answer", {
    hint: "hivectl doctor",
  });
}

/** The first place that answers; when none does, the failure that tells most. */
async function firstOf<T>(paths: readonly string[], use: (path: string) => Promise<T>): Promise<T> {
  const failures: Failure[] = [];
  for (const path of paths) {
    try {
      return await use(path);
    } catch (error) {
      const errno = errnoIn(error);
      if (errno === undefined) throw error;
      failures.push({ path, errno, error });
    }
  }
  throw await connectError(failures);
}

interface Failure {
  readonly path: string;
  readonly errno: string;
  readonly error: unknown;
}

/** Bun's and node's errors have it as `code`, platform's ConnectError as `errno`. */
function errnoIn(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  for (const key of ["errno", "code"]) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string" && /^E[A-Z]+$/.test(value)) return value;
  }
  return undefined;
}

async function connectError(failures: readonly Failure[]): Promise<Error> {
  const { HiveError } = await import("../wire/hive-error.ts");
  const by = (errno: string): Failure | undefined => failures.find((failure) => failure.errno === errno);
  const denied = by("EACCES") ?? by("EPERM");
  if (denied !== undefined) {
    return new HiveError("forbidden", `you may not use "${denied.path}"`, {
      hint: 'join the group "hive-admin": sudo usermod -aG hive-admin $USER, then log in again',
      cause: denied.error,
    });
  }
  const down = by("ECONNREFUSED");
  if (down !== undefined) {
    return new HiveError("unavailable", `hive-c0re is down: nobody listens at "${down.path}"`, {
      hint: "systemctl status hive-c0re, or ./scripts/up",
      cause: down.error,
    });
  }
  const other = failures.find(({ errno }) => errno !== "ENOENT" && errno !== "ENOTDIR");
  if (other !== undefined) {
    return new HiveError("unavailable", `cannot connect to "${other.path}" (${other.errno})`, {
      cause: other.error,
    });
  }
  const places = failures.map(({ path }) => `"${path}"`).join(" or ");
  return new HiveError("unavailable", `hive-c0re is not running: no socket at ${places}`, {
    hint: "./scripts/up, or systemctl start hive-c0re",
    cause: failures[0]?.error,
  });
}
