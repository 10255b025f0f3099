/** Questions: durable, answered once. The first answer wins and travels as an ordinary message to the asker. */
import type { Timer } from "../../lib/clock.ts";
import type { Input, Output } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Question } from "../../wire/questions.ts";
import type { agentWire } from "../../wire/wire.ts";
import { type QuestionRow, type QuestionStore, questionStore, toQuestion } from "../db/stores/questions.ts";
import type { Tx } from "../db/tx.ts";
import { type Actor, actorName, type Questions } from "../services.ts";
import { createDueLoop } from "./due-loop.ts";
import { summarize } from "./effects.ts";
import { recipientsOf } from "./recipients.ts";
import type { BrokerServiceOptions } from "./service-options.ts";

/** Open ones of one agent: the operator reads them all. */
const OPEN_MAX = 100;

export interface HiveQuestions extends Questions {
  /** Expiry of those that were asked to expire. */
  start(signal: AbortSignal): void;
  get(id: string): Question;
}

interface Context extends BrokerServiceOptions {
  readonly store: QuestionStore;
  readonly endings: Endings;
}

export function createQuestions(options: BrokerServiceOptions): HiveQuestions {
  const { db, broker, clock, log } = options;
  const store = questionStore(db);
  const context: Context = { ...options, store, endings: createEndings() };
  const expiry = createDueLoop({
    clock,
    log,
    name: "questions",
    next: store.nextExpiry,
    run: (now) => db.writer.write((tx) => expire(context, tx, now), { essential: true }),
  });
  return {
    ask: (agent, input) => {
      const summary = summarize(`ask "${input.to}": ${input.question}`);
      const effect = { agent, lease_id: input.lease_id, effect_key: input.effect_key, tool: "ask", summary };
      return broker.once(effect, (tx) => ask(context, tx, { agent, input, poke: expiry.poke }));
    },
    answer: (actor, input) => {
      const summary = summarize(`answer ${input.id}: ${input.answer}`);
      const { lease_id, effect_key } = input;
      // Only agents repeat themselves by effect key.
      const key = actor.kind === "agent" ? effect_key : undefined;
      const effect = { agent: actorName(actor), lease_id, effect_key: key, tool: "answer", summary };
      return broker.once(effect, (tx) => answer(context, tx, { actor, ...input }));
    },
    awaitAnswer: (agent, input, signal) => awaitAnswer(context, { agent, input, signal }),
    list: (input) => store.list(input).map(toQuestion),
    get: (id) => toQuestion(rowOf(store, id)),
    start: expiry.start,
  };
}

function rowOf(store: QuestionStore, id: string): QuestionRow {
  const row = store.byId(id);
  if (row !== undefined) return row;
  throw new HiveError("not_found", `there is no question "${id}"`, { hint: "hivectl ask list" });
}

interface Asking {
  readonly agent: string;
  readonly input: Input<(typeof agentWire)["ask"]>;
  readonly poke: () => void;
}

function ask(context: Context, tx: Tx, { agent, input, poke }: Asking): Question {
  const { directory, clock, ids, store, timeline, broker } = context;
  const actor: Actor = { kind: "agent", name: agent, manager: directory.isManager(agent) };
  recipientsOf(directory, actor, input.to);
  if (store.countOpen(agent) >= OPEN_MAX) {
    throw new HiveError("limit", `${OPEN_MAX} questions of "${agent}" wait for an answer already`, {
      hint: "go on without it, or wait for the answers",
    });
  }
  const now = clock.now();
  const row: Omit<QuestionRow, "seq"> = {
    id: ids(),
    sender: agent,
    recipient: input.to,
    question: input.question,
    choices: JSON.stringify(input.choices),
    state: "open",
    answer: null,
    answered_by: null,
    message_id: null,
    asked_at: now,
    answered_at: null,
    expires_at: input.expires_in_seconds === undefined ? null : now + input.expires_in_seconds * 1000,
  };
  store.insert(tx, row);
  const question = toQuestion(row);
  timeline.append(tx, { type: "question", question });
  // The operator sees questions as such; an agent must be told by a message.
  if (input.to !== "operator") {
    broker.admit(tx, agent, input.to);
    broker.enqueue(tx, { from: agent, to: input.to, body: questionText(question) });
  }
  if (row.expires_at !== null) tx.afterCommit(poke);
  return question;
}

function questionText({ id, from, question, choices }: Question): string {
  const proposals = choices.length === 0 ? "" : `\nProposed answers: ${choices.join(" | ")}`;
  return `Question ${id} from ${from}: ${question}${proposals}\n(Answer it with the tool "answer" and this id.)`;
}

interface Answering {
  readonly actor: Actor;
  readonly id: string;
  readonly answer: string;
}

function answer(context: Context, tx: Tx, { actor, id, answer: text }: Answering): Question {
  const { store, audit } = context;
  const by = actorName(actor);
  const row = rowOf(store, id);
  if (actor.kind === "agent" && row.recipient !== by) {
    throw new HiveError("forbidden", `question "${id}" was not put to "${by}"`);
  }
  if (row.state === "answered") {
    throw new HiveError("conflict", `question "${id}" was answered already, by "${row.answered_by ?? "?"}"`, {
      hint: "hivectl ask list",
    });
  }
  if (row.state !== "open")
    throw new HiveError("conflict", `question "${id}" is ${row.state}`, { hint: "hivectl ask list" });
  const from = { from: by, body: text };
  const question = close(context, tx, {
    row: { ...row, state: "answered", answer: text, answered_by: by },
    from,
  });
  audit.append(tx, { actor, action: "answer", target: id });
  return question;
}

interface Closing {
  readonly row: QuestionRow;
  readonly from: { readonly from: string; readonly body: string; readonly origin?: "system" };
}

/** The question's end and the message that tells it, in one transaction. */
function close(context: Context, tx: Tx, { row, from }: Closing): Question {
  const { broker, clock, directory, endings, store, timeline } = context;
  const message = directory.has(row.sender)
    ? broker.enqueue(tx, { ...from, to: row.sender, question_id: row.id })
    : undefined;
  const ended: QuestionRow = { ...row, answered_at: clock.now(), message_id: message?.id ?? null };
  store.end(tx, ended);
  const question = toQuestion(ended);
  timeline.append(tx, { type: "question", question });
  tx.afterCommit(() => endings.ring(row.id));
  return question;
}

function expire(context: Context, tx: Tx, now: number): void {
  for (const row of context.store.expired(now)) {
    // As with reminders: a full inbox is told when there is room.
    if (!context.broker.hasRoom(row.sender)) continue;
    const body = `Nobody answered your question in time: ${row.question}`;
    close(context, tx, {
      row: { ...row, state: "expired" },
      from: { from: "system", body, origin: "system" },
    });
  }
}

interface Awaiting {
  readonly agent: string;
  readonly input: Input<(typeof agentWire)["awaitAnswer"]>;
  readonly signal: AbortSignal;
}

async function awaitAnswer(
  context: Context,
  { agent, input, signal }: Awaiting,
): Promise<Output<(typeof agentWire)["awaitAnswer"]>> {
  const { store, broker, db, clock, endings } = context;
  const mine = (): QuestionRow => {
    const row = rowOf(store, input.question_id);
    if (row.sender === agent) return row;
    throw new HiveError("not_found", `"${agent}" asked no question "${input.question_id}"`);
  };
  if (mine().state === "open") {
    await endings.wait(input.question_id, { ms: input.wait_seconds * 1000, timer: clock.timer, signal });
  }
  const row = mine();
  const { message_id } = row;
  if (row.state === "open" || message_id === null) return { question: toQuestion(row), messages: [] };
  const pick = { lease_id: input.lease_id, message_id };
  const messages = await db.writer.write((tx) => broker.takeInto(tx, agent, pick), { essential: true });
  return { question: toQuestion(row), messages };
}

interface WaitOptions {
  readonly ms: number;
  readonly timer: (ms: number, fn: () => void) => Timer;
  readonly signal: AbortSignal;
}

interface Endings {
  ring(id: string): void;
  /** Resolves when the question has ended or the time is over. */
  wait(id: string, options: WaitOptions): Promise<void>;
}

function createEndings(): Endings {
  const waiting = new Map<string, Set<() => void>>();
  return {
    ring: (id) => {
      for (const wake of waiting.get(id) ?? []) wake();
    },
    wait: (id, { ms, timer, signal }) =>
      new Promise((resolve, reject) => {
        const bells = waiting.get(id) ?? new Set();
        waiting.set(id, bells);
        const leave = (): void => {
          timeout.cancel();
          signal.removeEventListener("abort", abort);
          bells.delete(done);
          if (bells.size === 0) waiting.delete(id);
        };
        const done = (): void => {
          leave();
          resolve();
        };
        const abort = (): void => {
          leave();
          reject(new HiveError("cancelled", "nobody waits for the answer any more"));
        };
        const timeout = timer(ms, done);
        bells.add(done);
        signal.addEventListener("abort", abort, { once: true });
        if (signal.aborted) abort();
      }),
  };
}
