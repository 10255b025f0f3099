/**
 * One conversation with the running claude: what we say, what was taken in, and what comes back that the turn has
 * to decide about. Everything else goes straight to the journal.
 */
import type { Clock, Timer } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { JournalData } from "../../../src/wire/journal.ts";
import type { Running } from "../claude/keeper.ts";
import type { ResultLine } from "../claude/lines.ts";
import type { ClaudeExit } from "../claude/process.ts";
import type { ClaudeSignal, Decoded } from "../claude/signals.ts";
import type { Journal } from "../journal/journal.ts";
import type { UsageCount } from "../usage.ts";
import type { Heard } from "./verdict.ts";

export type TurnJournal = Pick<Journal, "append" | "delta" | "lastTurnEnd" | "recentDigest">;

export type TalkEvent =
  | { readonly kind: "result"; readonly result: ResultLine; readonly heard: Heard }
  | { readonly kind: "exit"; readonly exit: ClaudeExit }
  /** These MCP servers did not come up. */
  | { readonly kind: "servers_failed"; readonly names: readonly string[] }
  /** claude gave up on the login, though it would go on trying. */
  | { readonly kind: "login_refused"; readonly text: string }
  | { readonly kind: "silent" }
  | { readonly kind: "cut" };

export interface Talk {
  say(text: string, messageIds: readonly string[]): void;
  /** What we said that claude has not taken in yet. */
  readonly unread: number;
  /** The next thing to decide about. */
  next(): Promise<TalkEvent>;
  /** The turn is to be cut: comes before whatever waits. */
  cut(): void;
  /** A result, or the end of the process, within the time. */
  ended(ms: number): Promise<boolean>;
  /** Asks claude to stop; the answer is a result. */
  interrupt(): void;
  signal(name: NodeJS.Signals): void;
  close(): void;
}

export interface TalkOptions {
  readonly running: Running;
  readonly journal: TurnJournal;
  readonly usage: UsageCount;
  readonly clock: Clock;
  readonly log: Logger;
  readonly uuid: () => string;
  readonly idleMs: number;
  /** A tool of ours runs: silence is no reason to worry. */
  readonly busy: () => boolean;
  readonly onRead: (messageIds: readonly string[]) => void;
  readonly onAnswer: (text: string) => void;
  readonly onActivity: (activity: string | undefined) => void;
  readonly onInit: (init: Extract<ClaudeSignal, { kind: "init" }>) => void;
}

interface TalkState {
  readonly options: TalkOptions;
  readonly unread: Map<string, readonly string[]>;
  readonly tools: Map<string, string>;
  readonly queue: TalkEvent[];
  waiting: ((event: TalkEvent) => void) | undefined;
  enders: (() => void)[];
  heard: Heard;
  /** It has printed something. */
  started: boolean;
  ended: boolean;
  open: boolean;
  watchdog: Timer | undefined;
}

export function openTalk(options: TalkOptions): Talk {
  const { running, uuid } = options;
  const state: TalkState = {
    options,
    unread: new Map(),
    tools: new Map(),
    queue: [],
    waiting: undefined,
    enders: [],
    heard: {},
    started: false,
    ended: false,
    open: true,
    watchdog: undefined,
  };
  const handlers = signalTable(state);
  running.process.listen((decoded) => hear(state, handlers, decoded));
  running.process.exited.then((exit) => emit(state, { kind: "exit", exit })).catch(() => {});
  watch(state);
  return {
    say: (text, messageIds) => {
      const id = uuid();
      state.unread.set(id, messageIds);
      state.ended = false;
      running.process.send(text, id);
    },
    get unread() {
      return state.unread.size;
    },
    next: () => nextEvent(state),
    cut: () => emit(state, { kind: "cut" }),
    ended: (ms) => endedWithin(state, ms),
    interrupt: () => running.process.control({ subtype: "interrupt" }, uuid()),
    signal: (name) => running.process.kill(name),
    close: () => {
      state.open = false;
      state.watchdog?.cancel();
      running.process.listen(() => {});
    },
  };
}

function emit(state: TalkState, event: TalkEvent): void {
  if (!state.open) return;
  if (event.kind === "result" || event.kind === "exit") {
    state.ended = true;
    for (const resolve of state.enders.splice(0)) resolve();
  }
  const take = state.waiting;
  state.waiting = undefined;
  if (take !== undefined) take(event);
  else if (event.kind === "cut") state.queue.unshift(event);
  else state.queue.push(event);
}

function nextEvent(state: TalkState): Promise<TalkEvent> {
  const event = state.queue.shift();
  if (event !== undefined) return Promise.resolve(event);
  return new Promise((resolve) => {
    state.waiting = resolve;
  });
}

function endedWithin(state: TalkState, ms: number): Promise<boolean> {
  const { running, clock } = state.options;
  if (state.ended || !running.process.alive) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = clock.timer(ms, () => resolve(false));
    state.enders.push(() => {
      timer.cancel();
      resolve(true);
    });
  });
}

/** claude prints nothing before it has started, and a busy machine starts it slowly. */
const START_MS = 30_000;

/** From one line to the next; held while a tool of ours runs, which has bounds of its own. */
function watch(state: TalkState): void {
  const { clock, busy, running } = state.options;
  const starting = running.session !== "warm" && !state.started;
  const idleMs = starting ? Math.max(START_MS, state.options.idleMs) : state.options.idleMs;
  const ourTool = (): boolean => busy() || [...state.tools.values()].some((name) => name.startsWith("mcp__"));
  state.watchdog?.cancel();
  state.watchdog = clock.timer(idleMs, () => (ourTool() ? watch(state) : emit(state, { kind: "silent" })));
}

function hear(state: TalkState, handlers: SignalTable, decoded: Decoded): void {
  const { journal } = state.options;
  if (!state.open) return;
  state.started = true;
  watch(state);
  if (decoded.delta !== undefined) journal.delta(decoded.delta);
  for (const data of decoded.journal) store(state, data);
  for (const each of decoded.signals) (handlers[each.kind] as (signal: ClaudeSignal) => void)(each);
}

/** A full disk costs the transcript, not the turn: its end must still be heard. */
function store({ options }: TalkState, data: JournalData): void {
  try {
    options.journal.append(data);
  } catch (error) {
    options.log.error({ error, kind: data.kind }, "an event of the turn could not be stored");
  }
}

type SignalTable = {
  readonly [K in ClaudeSignal["kind"]]: (signal: Extract<ClaudeSignal, { kind: K }>) => void;
};

function signalTable(state: TalkState): SignalTable {
  const { options, unread, tools } = state;
  const { running, usage } = options;
  return {
    init: (init) => {
      options.onInit(init);
      usage.model(init.model);
      const names = init.servers.filter((each) => each.status !== "connected").map((each) => each.name);
      if (names.length > 0) emit(state, { kind: "servers_failed", names });
    },
    replay: ({ uuid: id }) => {
      const ids = unread.get(id) ?? [];
      unread.delete(id);
      if (ids.length > 0) options.onRead(ids);
    },
    tool_start: ({ id, name }) => {
      tools.set(id, name);
      options.onActivity(name);
    },
    tool_end: ({ id }) => {
      tools.delete(id);
      options.onActivity([...tools.values()].at(-1));
    },
    answer: ({ text }) => options.onAnswer(text),
    context: ({ tokens }) => usage.context(tokens),
    api_error: ({ error, text, final }) => {
      if (final) state.heard = { ...state.heard, apiError: { error, text } };
      else if (error === "authentication_failed") emit(state, { kind: "login_refused", text });
    },
    rate_limit: ({ until_ms, text }) => {
      state.heard = { ...state.heard, limit: { until_ms, text } };
    },
    control: () => {},
    result: ({ result }) => {
      usage.add(result);
      running.spent = Math.max(running.spent, result.total_cost_usd);
      tools.clear();
      options.onActivity(undefined);
      const { heard } = state;
      state.heard = {};
      emit(state, { kind: "result", result, heard });
    },
  };
}
