// The simulator as a library: a scripted Messages API on 127.0.0.1 that the real `claude` talks to.
// Nothing here decides what is said (script.ts, match.ts, reply.ts). How to write a script: README.md.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerMessages, type SimulatorState } from "./answer.ts";
import { handleControl } from "./control.ts";
import { AGENT_MARKER } from "./conversation.ts";
import { errorBody } from "./faults.ts";
import { createRequestLog, type RequestPredicate, type SimRequest, type WaitOptions } from "./request-log.ts";
import { parseScript, type RuleInput } from "./script.ts";

export type SimulatorOptions = {
  readonly rules?: readonly RuleInput[];
  /** 0: any free port. */
  readonly port?: number;
  /** First group is the agent's name; tried on the system prompt. */
  readonly agentMarker?: RegExp;
  /** One JSON line per finished request is appended. */
  readonly logFile?: string;
  /** Keeps every request's whole body in `requests`. About 85 kB each. */
  readonly keepBodies?: boolean;
  /** Then it stops by itself. */
  readonly maxRequests?: number;
  readonly maxSeconds?: number;
  readonly now?: () => number;
};

export type StopReason = "stopped" | "max_requests" | "max_seconds";

export type SimulatorEnvOptions = {
  /** `oauth` makes the CLI behave as with a subscription, which is what shows its limits. */
  readonly login?: "api_key" | "oauth";
};

export type ModelSimulator = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** In the order of arrival; entries change while they are answered. */
  readonly requests: readonly Readonly<SimRequest>[];
  /** Everything asked for that is not the Messages API, as `GET /path`. */
  readonly otherRequests: readonly string[];
  /** Replaces the script; `times` start again. */
  readonly setRules: (rules: readonly RuleInput[]) => void;
  readonly waitFor: (predicate: RequestPredicate, options?: WaitOptions) => Promise<Readonly<SimRequest>>;
  readonly stop: (reason?: StopReason) => Promise<void>;
  readonly stopped: Promise<StopReason>;
  /** What `claude` must have in its environment, and nothing else of the model. */
  readonly env: (options?: SimulatorEnvOptions) => Readonly<Record<string, string>>;
};

export const simulatorEnv = (
  url: string,
  options: SimulatorEnvOptions = {},
): Readonly<Record<string, string>> => ({
  ANTHROPIC_BASE_URL: url,
  ...(options.login === "oauth"
    ? { CLAUDE_CODE_OAUTH_TOKEN: "simulated" }
    : { ANTHROPIC_API_KEY: "simulated" }),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  ENABLE_CLAUDEAI_MCP_SERVERS: "false",
  ENABLE_TOOL_SEARCH: "false",
  NO_PROXY: "127.0.0.1,localhost",
});

const MAX_OTHER_REQUESTS = 1000;

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const handleRequest = async (
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const path = new URL(request.url ?? "/", "http://simulator").pathname;
  if (path.startsWith("/__sim/")) return handleControl(state, request, response);
  if (path === "/v1/messages" && request.method === "POST") return answerMessages(state, request, response);
  if (state.otherRequests.length < MAX_OTHER_REQUESTS) state.otherRequests.push(`${request.method} ${path}`);
  if (request.method === "HEAD" && path === "/") {
    response.writeHead(200).end();
    return;
  }
  sendJson(response, 404, errorBody("not_found_error", `no such path: ${path}`, `req_sim_${randomUUID()}`));
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the simulator has no port"));
    });
  });

const createState = (options: SimulatorOptions, stop: (reason: StopReason) => void): SimulatorState => {
  const rules = parseScript(options.rules ?? []);
  return {
    rules,
    uses: rules.map(() => 0),
    agents: new Map(),
    otherRequests: [],
    log: createRequestLog(options.logFile),
    agentMarker: options.agentMarker ?? AGENT_MARKER,
    keepBodies: options.keepBodies ?? false,
    maxRequests: options.maxRequests ?? 10_000,
    closing: new AbortController(),
    now: options.now ?? Date.now,
    stop,
  };
};

export const startModelSimulator = async (options: SimulatorOptions = {}): Promise<ModelSimulator> => {
  const { promise: stopped, resolve: resolveStopped } = Promise.withResolvers<StopReason>();
  const stop = async (reason: StopReason = "stopped"): Promise<void> => {
    if (state.closing.signal.aborted) return void (await stopped);
    clearTimeout(lifetime);
    state.closing.abort();
    state.log.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    resolveStopped(reason);
  };
  const state = createState(options, (reason) => void stop(reason));
  const server = createServer((request, response) => {
    handleRequest(state, request, response).catch((cause: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, errorBody("api_error", `simulator: ${String(cause)}`, "req_sim_failed"));
    });
  });
  // The CLI keeps its connection between turns; closing it under its hands would look like a fault nobody scripted.
  server.keepAliveTimeout = 600_000;
  const port = await listen(server, options.port ?? 0);
  const seconds = options.maxSeconds;
  const lifetime =
    seconds === undefined ? undefined : setTimeout(() => void stop("max_seconds"), seconds * 1000);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    requests: state.log.requests,
    otherRequests: state.otherRequests,
    setRules: (rules) => {
      state.rules = parseScript(rules);
      state.uses = state.rules.map(() => 0);
    },
    waitFor: state.log.waitFor,
    stop,
    stopped,
    env: (envOptions) => simulatorEnv(url, envOptions),
    [Symbol.asyncDispose]: () => stop(),
  };
};
