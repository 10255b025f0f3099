// Lets another process steer the simulator: change its rules, read its log, ask whether it is up.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SimulatorState } from "./answer.ts";
import { readJson } from "./read-json.ts";
import { parseScript } from "./script.ts";

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const setRules = async (
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const { value } = await readJson(request);
    state.rules = parseScript(value);
    state.uses = state.rules.map(() => 0);
    send(response, 200, { rules: state.rules.length });
  } catch (cause) {
    send(response, 400, { error: cause instanceof Error ? cause.message : String(cause) });
  }
};

/** A web page that was rebound to loopback must not script the model. */
const isLocalHost = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");

export const handleControl = async (
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? "/", "http://simulator");
  const call = `${request.method} ${url.pathname}`;
  if (!isLocalHost(request.headers.host) || request.headers.origin !== undefined) {
    return send(response, 403, { error: "loopback programs only" });
  }
  if (call === "POST /__sim/rules") return setRules(state, request, response);
  if (call === "GET /__sim/requests") {
    const after = Number(url.searchParams.get("after") ?? 0);
    const requests = state.log.requests.filter((entry) => entry.seq > after);
    return send(response, 200, { requests, otherRequests: state.otherRequests });
  }
  if (call === "GET /__sim/health")
    return send(response, 200, { ok: true, requests: state.log.requests.length });
  send(response, 404, { error: `no such call: ${call}` });
};
