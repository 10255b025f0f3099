/**
 * What happened inside an agent, asked of its harness for the operator. Data only, and the harness is hostile:
 * loopback and the agent's own port, no redirects, bounded in size and time, every answer parsed.
 */
import type { z } from "zod";
import { AttachResult } from "../../wire/attachments.ts";
import type { Input } from "../../wire/endpoint.ts";
import { ERRORS, HiveError } from "../../wire/errors.ts";
import {
  HarnessInfo,
  harnessEndpoints,
  type JournalEvent,
  JournalFrame,
  type Todo,
} from "../../wire/journal.ts";
import type { Tickets } from "../auth/tickets.ts";
import type { Agents } from "../services.ts";
import { type AgentPageOptions, agentPort } from "./agent-page.ts";
import { readBody, readSse } from "./bounded-body.ts";

const ANSWER_MS = 10_000;
const BODY_MAX = 8 * 1024 * 1024;
const FRAME_MAX = 1024 * 1024;
/** The harness sends a comment every 15 s; twice that without a byte and it is gone. */
const QUIET_MS = 40_000;

export interface History {
  events: JournalEvent[];
  more: boolean;
}

export interface HistoryQuery {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
  readonly search?: string | undefined;
}

export interface JournalProxy {
  history(agent: string, query: HistoryQuery, signal: AbortSignal): Promise<History>;
  stream(agent: string, after: number | undefined, signal: AbortSignal): AsyncIterable<JournalFrame>;
  info(agent: string, signal: AbortSignal): Promise<HarnessInfo>;
  todos(agent: string, signal: AbortSignal): Promise<Todo[]>;
  attach(agent: string, part: AttachPart, signal: AbortSignal): Promise<z.output<typeof AttachResult>>;
}

export type AttachPart = Input<typeof harnessEndpoints.attach>;

export interface JournalProxyOptions extends AgentPageOptions {
  readonly agents: Pick<Agents, "get">;
  readonly tickets: Pick<Tickets, "issue">;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

type Query = Readonly<Record<string, string | number | undefined>>;

export function createJournalProxy(options: JournalProxyOptions): JournalProxy {
  const get = async <T extends z.ZodType>(
    agent: string,
    path: string,
    want: { output: T; query?: Query; body?: AttachPart; signal: AbortSignal },
  ): Promise<z.output<T>> => {
    const signal = AbortSignal.any([want.signal, AbortSignal.timeout(ANSWER_MS)]);
    const whole = `${path}${queryText(want.query)}`;
    const response = await ask(options, agent, { path: whole, signal, body: want.body });
    const text = await readBody(response, BODY_MAX).catch((error: unknown) => {
      throw misbehaved(agent, "its answer broke off or is too large", error);
    });
    return understood(agent, want.output, text);
  };
  const { attach, history, stream, state, todos } = harnessEndpoints;
  return {
    history: (agent, query, signal) =>
      get(agent, history.http[1], { output: history.output, query: { ...query }, signal }),
    info: (agent, signal) => get(agent, state.http[1], { output: HarnessInfo, signal }),
    todos: async (agent, signal) => (await get(agent, todos.http[1], { output: todos.output, signal })).todos,
    attach: (agent, body, signal) => get(agent, attach.http[1], { output: AttachResult, body, signal }),
    stream: (agent, after, signal) =>
      follow(options, agent, { path: `${stream.http[1]}${queryText({ after })}`, signal }),
  };
}

interface Question {
  readonly path: string;
  readonly signal: AbortSignal;
  /** Present: it is posted, with the right to speak as the operator. */
  readonly body?: AttachPart | undefined;
}

/** Ends silently when the caller left; a harness that goes away is an error. */
async function* follow(
  options: JournalProxyOptions,
  agent: string,
  { path, signal }: Question,
): AsyncGenerator<JournalFrame, void, undefined> {
  const response = await ask(options, agent, { path, signal });
  const frames = readSse(response, { maxFrame: FRAME_MAX, quietMs: QUIET_MS, signal });
  try {
    for await (const text of frames) yield understood(agent, JournalFrame, text);
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof HiveError ? error : misbehaved(agent, "its stream broke off", error);
  }
  if (!signal.aborted) throw misbehaved(agent, "its stream ended");
}

async function ask(options: JournalProxyOptions, agent: string, question: Question): Promise<Response> {
  const { agents, tickets, fetch } = options;
  agents.get(agent);
  const port = agentPort(options, agent);
  const { body } = question;
  const { ticket } = tickets.issue(agent, [body === undefined ? "read" : "send"]);
  const post = { method: "POST", body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${port}${question.path}`, {
      ...(body === undefined ? {} : post),
      headers: { authorization: `Bearer ${ticket}` },
      redirect: "manual",
      signal: question.signal,
    });
  } catch (error) {
    throw misbehaved(agent, "it does not answer", error);
  }
  if (response.status === 200) return response;
  await response.body?.cancel();
  if (response.status === ERRORS.too_large.status) throw new HiveError("too_large", "the file is too large");
  throw misbehaved(agent, `it answered with status ${response.status}`);
}

function queryText(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

function understood<T extends z.ZodType>(agent: string, schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw misbehaved(agent, "its answer was not understood", error);
  }
}

function misbehaved(agent: string, what: string, cause?: unknown): HiveError {
  return new HiveError("unavailable", `the journal of agent "${agent}" cannot be read: ${what}`, {
    hint: `hivectl agent logs ${agent}`,
    cause,
  });
}
