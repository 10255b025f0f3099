/**
 * One turn: a lease in, an end out. Tells claude the messages, keeps the journal, and decides what results, exits,
 * silence and interrupts mean. The end is in the journal before hive-c0re hears of it, so that a batch which ended
 * well is never run again. When to begin one is decided by reduce.ts.
 */
import { envelope } from "../../../src/lib/envelope.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { Lease } from "../../../src/wire/link.ts";
import type { Message } from "../../../src/wire/messages.ts";
import type { Running } from "../claude/keeper.ts";
import { usageCount } from "../usage.ts";
import { type CutOrder, markRead, type TurnContext, type TurnDeps } from "./context.ts";
import { cutTurn } from "./cut.ts";
import { finishTurn } from "./finish.ts";
import type { TurnEnd } from "./state.ts";
import { openTalk, type Talk, type TalkEvent } from "./talk.ts";
import { judgeExit, judgeResult, type Verdict } from "./verdict.ts";

export interface Turn {
  /** After hive-c0re has taken the end. Never rejects. */
  readonly done: Promise<TurnEnd>;
  cut(order: CutOrder): void;
  /** Messages that joined the lease. */
  fold(messages: readonly Message[]): void;
}

const DIGEST_CHARS = 6_000;
/** A stream that is cut again and again is an error of its own. */
const MOST_CONTINUES = 2;
const CONTINUE =
  "[hive] your last answer was cut off on its way. Go on where you stopped; do not repeat what is done.";

export function startTurn(lease: Lease, deps: TurnDeps): Turn {
  const context: TurnContext = {
    ...deps,
    lease,
    startedAt: deps.clock.monotonic(),
    messages: [...lease.messages],
    answers: [],
    reads: new Set(),
    usage: usageCount(0),
    talk: undefined,
    order: undefined,
    over: false,
  };
  return {
    done: run(context),
    cut: (order) => {
      context.order ??= order;
      context.talk?.cut();
    },
    fold: (messages) => fold(context, messages),
  };
}

function fold(context: TurnContext, messages: readonly Message[]): void {
  const known = new Set(context.messages.map((message) => message.id));
  const fresh = messages.filter((message) => !known.has(message.id));
  if (fresh.length === 0 || context.over) return;
  context.messages.push(...fresh);
  if (context.talk !== undefined) tell(context, context.talk, fresh);
}

function tell(context: TurnContext, talk: Talk, messages: readonly Message[]): void {
  const { agent, random, journal } = context;
  talk.say(
    envelope({ agent, messages, urgent: true, random }),
    messages.map((message) => message.id),
  );
  for (const { id, from, body } of messages) journal.append({ kind: "message_in", id, from, body });
}

async function run(context: TurnContext): Promise<TurnEnd> {
  const { lease, journal, log } = context;
  const before = journal.lastTurnEnd(lease.id);
  if (before !== undefined && (before.outcome === "ok" || before.outcome === "interrupted")) {
    // We died between the end of the turn and hive-c0re's hearing of it.
    context.over = true;
    return await finishTurn(
      context,
      { lease_id: lease.id, outcome: before.outcome, reason: before.reason },
      before,
    );
  }
  let end: TurnEnd;
  try {
    end = await attempts(context);
  } catch (error) {
    log.error({ error, lease_id: lease.id }, "the turn failed");
    const reason =
      error instanceof HiveError ? error.message : "the harness failed in the middle of the turn";
    await context.keeper.stop().catch(() => {});
    // What keeps claude from starting is not the messages' fault.
    end = { lease_id: lease.id, outcome: "lost", broken: true, reason };
  }
  return await finishTurn(context, end);
}

/** Starts claude, at most once more for each of the two reasons that a new start cures. */
async function attempts(context: TurnContext): Promise<TurnEnd> {
  const { lease, sessions, journal, tools } = context;
  let lost = false;
  let restarted = false;
  while (true) {
    if (context.order !== undefined) return cutEnd(context, context.order);
    tools.newAttempt();
    const running = await context.keeper.take();
    const end = await converse(context, running, lost).finally(() => context.keeper.release());
    if (!("again" in end)) return end;
    const failed = end.again === "servers" ? restarted : lost;
    if (failed) return { lease_id: lease.id, outcome: "lost", broken: true, reason: end.reason };
    if (end.again === "servers") restarted = true;
    else {
      lost = true;
      sessions.renew();
    }
    journal.append({ kind: "notice", level: "warn", text: againText(end) });
  }
}

interface AnotherStart {
  readonly again: "servers" | "session";
  readonly reason: string;
}

function againText(end: AnotherStart): string {
  if (end.again === "servers") return `${end.reason}; claude is started once more`;
  return `the conversation is lost (${end.reason}); a new one begins with a digest of the last messages`;
}

function cutEnd(context: TurnContext, order: CutOrder): TurnEnd {
  return { lease_id: context.lease.id, outcome: order.outcome, reason: `${order.by}: ${order.reason}` };
}

/** With one process of claude, until the turn is over or needs another one. */
async function converse(
  context: TurnContext,
  running: Running,
  lost: boolean,
): Promise<TurnEnd | AnotherStart> {
  const { journal, lease, config, keeper } = context;
  context.usage = usageCount(running.spent);
  journal.append({
    kind: "turn_start",
    lease_id: lease.id,
    attempt: lease.attempt,
    messages: lease.messages.map(({ id, from, body }) => ({ id, from, body })),
    session_id: running.sessionId,
    session: lost ? "lost" : running.session,
  });
  const talk = openTalk({
    running,
    journal,
    usage: context.usage,
    clock: context.clock,
    log: context.log,
    uuid: context.uuid,
    idleMs: config().turn_idle_seconds * 1000,
    busy: context.tools.busy,
    onRead: (ids) => markRead(context, ids),
    onAnswer: (text) => void context.answers.push(text),
    onActivity: context.onActivity,
    onInit: (init) => {
      context.sessions.adopt(init.session_id);
      context.onInit(init);
    },
  });
  context.talk = talk;
  try {
    talk.say(
      openingText(context, lost),
      lease.messages.map((message) => message.id),
    );
    // What joined before claude was ready, or before it had to be started anew.
    const joined = context.messages.slice(lease.messages.length);
    if (joined.length > 0) tell(context, talk, joined);
    if (context.order !== undefined) talk.cut();
    const end = await listen(context, talk);
    if ("again" in end || end.outcome !== "ok") await settleProcess(context, talk, end);
    return end;
  } finally {
    talk.close();
    context.talk = undefined;
    if (!running.process.alive) await keeper.stop();
  }
}

function openingText(context: TurnContext, lost: boolean): string {
  const { agent, lease, journal, random } = context;
  return envelope({
    agent,
    messages: lease.messages,
    already_done: lease.already_done,
    attempt: lease.attempt,
    digest: lost ? journal.recentDigest(DIGEST_CHARS) : undefined,
    random,
  });
}

/** Nothing of a process that did not end its turn well is kept. */
async function settleProcess(context: TurnContext, talk: Talk, end: TurnEnd | AnotherStart): Promise<void> {
  const { keeper } = context;
  const gentle = "outcome" in end && (end.outcome === "needs_login" || end.outcome === "rate_limited");
  if (gentle && talk.unread === 0) await keeper.retire();
  else await keeper.stop();
}

async function listen(context: TurnContext, talk: Talk): Promise<TurnEnd | AnotherStart> {
  const { journal, lease } = context;
  let continues = 0;
  while (true) {
    const event = await talk.next();
    if (context.order !== undefined) return await cutTurn(context, talk, context.order);
    const verdict = judge(context, event);
    if (verdict === "cut_short" && continues < MOST_CONTINUES) {
      continues++;
      journal.append({
        kind: "notice",
        level: "warn",
        text: "the answer was cut off on its way; claude is asked to go on",
      });
      talk.say(CONTINUE, []);
      continue;
    }
    if (verdict === "cut_short")
      return { lease_id: lease.id, outcome: "error", reason: "the answer was cut off again and again" };
    if (verdict === "silent") return await silent(context, talk);
    // What was said too late for this answer gets its own right after it.
    if (verdict === "ok" && talk.unread > 0) continue;
    if (verdict === "ok") {
      context.over = true;
      return { lease_id: lease.id, outcome: "ok" };
    }
    return verdict;
  }
}

function judge(
  context: TurnContext,
  event: TalkEvent,
): TurnEnd | AnotherStart | "ok" | "cut_short" | "silent" {
  switch (event.kind) {
    case "result":
      return fromVerdict(context, judgeResult(event.result, event.heard));
    case "exit":
      return fromVerdict(context, judgeExit(event.exit));
    case "servers_failed": {
      const names = event.names.map((name) => `"${name}"`).join(", ");
      return { again: "servers", reason: `claude could not reach the tool server ${names}` };
    }
    case "login_refused":
      return { lease_id: context.lease.id, outcome: "needs_login", reason: event.text };
    default:
      return event.kind === "silent" ? "silent" : "ok";
  }
}

const UNREACHED_MS = 60_000;

function fromVerdict(context: TurnContext, verdict: Verdict): TurnEnd | AnotherStart | "ok" | "cut_short" {
  const lease_id = context.lease.id;
  switch (verdict.kind) {
    case "ok":
    case "cut_short":
      return verdict.kind;
    case "lost_session":
      return { again: "session", reason: verdict.reason };
    case "aborted":
      return { lease_id, outcome: "error", reason: "claude was interrupted from outside" };
    case "rate_limited": {
      const retry_at = verdict.until_ms ?? context.clock.now() + UNREACHED_MS;
      return { lease_id, outcome: "rate_limited", reason: verdict.reason, retry_at };
    }
    case "needs_login":
    case "error":
      return { lease_id, outcome: verdict.kind, reason: verdict.reason };
  }
}

async function silent(context: TurnContext, talk: Talk): Promise<TurnEnd> {
  const seconds = context.config().turn_idle_seconds;
  const reason = `claude said nothing for ${seconds} s`;
  context.journal.append({ kind: "notice", level: "error", text: `${reason}; the turn is interrupted` });
  await cutTurn(context, talk, { by: "watchdog", reason, outcome: "lost" });
  return { lease_id: context.lease.id, outcome: "error", reason };
}
