// Answers one POST /v1/messages: read it, choose the rule, log it, play the reply or the fault.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Conversation, readConversation, requestSchema } from "./conversation.ts";
import { errorBody, errorResponse, rateLimitHeaders } from "./faults.ts";
import { type Chosen, chooseRule } from "./match.ts";
import { pauseFor, playJson, playStream } from "./play.ts";
import { readJson } from "./read-json.ts";
import { buildReply, type ReplyMessage } from "./reply.ts";
import type { RequestLog, RequestOutcome, SimRequest } from "./request-log.ts";
import { type Rule, ruleSchema } from "./script.ts";
import { streamEvents } from "./sse.ts";

export type SimulatorState = {
  rules: readonly Rule[];
  uses: number[];
  /** Agent by session: requests of subagents and for summaries do not carry the agent's own prompt. */
  readonly agents: Map<string, string>;
  readonly otherRequests: string[];
  readonly log: RequestLog;
  readonly agentMarker: RegExp;
  readonly keepBodies: boolean;
  readonly maxRequests: number;
  readonly closing: AbortController;
  readonly now: () => number;
  readonly stop: (reason: "max_requests") => void;
};

const DEFAULT_RULE = ruleSchema.parse({ name: "default", say: "ok" });
const SUMMARY_RULE = ruleSchema.parse({
  name: "compaction",
  say: "<summary>\nThe conversation so far was simulated. The last request was: {{last_user}}\n</summary>",
});

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const authOf = (request: IncomingMessage): SimRequest["auth"] => {
  if (header(request, "x-api-key") !== undefined) return "api_key";
  return header(request, "authorization")?.startsWith("Bearer ") ? "bearer" : "none";
};

type Asked = {
  readonly conversation: Conversation;
  readonly body: unknown;
  readonly bytes: number;
  readonly sessionId: string | undefined;
  readonly agentId: string | undefined;
  readonly agent: string | undefined;
};

const readAsked = async (state: SimulatorState, request: IncomingMessage): Promise<Asked> => {
  const { value, bytes } = await readJson(request);
  const agentId = header(request, "x-claude-code-agent-id");
  const sessionId = header(request, "x-claude-code-session-id");
  const read = readConversation(requestSchema.parse(value), {
    agentMarker: state.agentMarker,
    subagent: agentId !== undefined,
  });
  if (read.agent !== undefined && sessionId !== undefined) state.agents.set(sessionId, read.agent);
  const agent = read.agent ?? state.agents.get(sessionId ?? "");
  return { conversation: { ...read, agent }, body: value, bytes, sessionId, agentId, agent };
};

const ruleName = (chosen: Chosen | undefined, builtIn: Rule): string =>
  chosen === undefined ? (builtIn.name ?? "") : (chosen.rule.name ?? `#${chosen.index + 1}`);

const logEntry = (
  state: SimulatorState,
  request: IncomingMessage,
  asked: Asked,
  rule: string,
): SimRequest => {
  const { conversation } = asked;
  return {
    seq: state.log.requests.length + 1,
    at: state.now(),
    agent: asked.agent,
    rule,
    model: conversation.model,
    effort: conversation.effort,
    lastUser: conversation.lastUser,
    toolResult: conversation.toolResults.at(-1)?.text,
    injected: conversation.injected,
    turn: conversation.turn,
    step: conversation.step,
    subagent: conversation.subagent,
    compaction: conversation.compaction,
    stream: conversation.stream,
    sessionId: asked.sessionId,
    agentId: asked.agentId,
    auth: authOf(request),
    tools: conversation.tools,
    bytes: asked.bytes,
    status: undefined,
    eventsSent: 0,
    outcome: "open",
    aborted: false,
    durationMs: undefined,
    ...(state.keepBodies ? { body: asked.body } : {}),
  };
};

type Performance = {
  readonly state: SimulatorState;
  readonly response: ServerResponse;
  readonly rule: Rule;
  readonly entry: SimRequest;
  readonly reply: ReplyMessage;
};

const perform = async (performance: Performance): Promise<RequestOutcome> => {
  const { state, response, rule, entry, reply } = performance;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, state.closing.signal]);
  if (!(await pauseFor(rule.delay_ms, signal))) return "aborted";

  const requestId = `req_sim_${randomUUID()}`;
  const headers = { "request-id": requestId, ...rateLimitHeaders(rule, state.now()) };
  const error = rule.cut === undefined ? errorResponse(rule, requestId) : undefined;
  entry.status = error?.status ?? 200;
  if (error !== undefined) {
    response.writeHead(error.status, { ...headers, "content-type": "application/json", ...error.headers });
    response.end(JSON.stringify(error.body));
    return "error";
  }
  const play = { response, rule, signal, onEvent: () => state.log.sentEvent(entry) };
  const contentType = entry.stream ? "text/event-stream" : "application/json";
  response.writeHead(200, { ...headers, "content-type": contentType, "cache-control": "no-cache" });
  return entry.stream ? playStream(play, streamEvents(reply, rule.chunk_chars)) : playJson(play, reply);
};

const refuse = (response: ServerResponse, message: string): void => {
  response.writeHead(400, { "content-type": "application/json" });
  response.end(JSON.stringify(errorBody("invalid_request_error", message, `req_sim_${randomUUID()}`)));
};

export const answerMessages = async (
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (state.log.requests.length >= state.maxRequests) {
    refuse(response, `simulator: the run's ${state.maxRequests} requests are used up`);
    response.once("close", () => state.stop("max_requests"));
    return;
  }
  const asked = await readAsked(state, request).catch((cause: unknown) =>
    refuse(response, `simulator: ${String(cause)}`),
  );
  if (asked === undefined) return;
  const { conversation } = asked;
  const chosen = chooseRule(state.rules, state.uses, conversation);
  if (chosen !== undefined) state.uses[chosen.index] = (state.uses[chosen.index] ?? 0) + 1;
  const builtIn = conversation.compaction ? SUMMARY_RULE : DEFAULT_RULE;
  const rule = chosen?.rule ?? builtIn;
  const entry = logEntry(state, request, asked, ruleName(chosen, builtIn));
  state.log.add(entry);
  const reply = buildReply(rule, {
    conversation,
    match: chosen?.match,
    agent: asked.agent,
    requestBytes: asked.bytes,
    newId: () => randomUUID().replaceAll("-", ""),
  });
  const outcome = await perform({ state, response, rule, entry, reply });
  state.log.finish(entry, outcome, state.now());
};
