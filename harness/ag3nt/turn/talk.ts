/**
 * One conversation with the running claude: what we say, what was taken in, and what comes back that the turn has
 * to decide about. Everything else goes straight to the journal.
 */
import type { Clock, Timer } from "../../../src/lib/clock.ts";
import type { ClaudeSignal, Decoded } from "../claude/decode.ts";
import type { Running } from "../claude/keeper.ts";
import type { ResultLine } from "../claude/lines.ts";
import type { ClaudeExit } from "../claude/process.ts";
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
  readonly uuid: () => string;
  readonly idleMs: number;
  /** A tool of ours runs: silence is no reason to worry. */
  readonly busy: () => boolean;
  readonly onRead: (messageIds: readonly string[]) => void;
  readonly onAnswer: (text: string) => void;
  readonly onActivity: (activity: string | undefined) => void;
  readonly onInit: (init: Extract<ClaudeSignal, { kind: "init" }>) => void;
}

export function openTalk(options: TalkOptions): Talk {
  const { running, journal, usage, clock, uuid, idleMs } = options;
  const unread = new Map<string, readonly string[]>();
  const tools = new Map<string, string>();
  const queue: TalkEvent[] = [];
  let waiting: ((event: TalkEvent) => void) | undefined;
  let enders: (() => void)[] = [];
  let heard: Heard = {};
  let ended = false;
  let open = true;
  let watchdog: Timer | undefined;

  const emit = (event: TalkEvent): void => {
    if (!open) return;
    if (event.kind === "result" || event.kind === "exit") {
      ended = true;
      for (const resolve of enders) resolve();
      enders = [];
    }
    const take = waiting;
    waiting = undefined;
    if (take !== undefined) take(event);
    else if (event.kind === "cut") queue.unshift(event);
    else queue.push(event);
  };

  const ourTool = (): boolean =>
    options.busy() || [...tools.values()].some((name) => name.startsWith("mcp__"));
  const watch = (): void => {
    watchdog?.cancel();
    watchdog = clock.timer(idleMs, () => (ourTool() ? watch() : emit({ kind: "silent" })));
  };

  const signal: {
    readonly [K in ClaudeSignal["kind"]]: (signal: Extract<ClaudeSignal, { kind: K }>) => void;
  } = {
    init: (init) => {
      options.onInit(init);
      usage.model(init.model);
      const names = init.servers.filter((each) => each.status !== "connected").map((each) => each.name);
      if (names.length > 0) emit({ kind: "servers_failed", names });
    },
    replay: ({ uuid: id }) => {
      const ids = unread.get(id);
      unread.delete(id);
      if (ids !== undefined && ids.length > 0) options.onRead(ids);
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
      if (final) heard = { ...heard, apiError: { error, text } };
      else if (error === "authentication_failed") emit({ kind: "login_refused", text });
    },
    rate_limit: ({ until_ms, text }) => {
      heard = { ...heard, limit: { until_ms, text } };
    },
    control: () => {},
    result: ({ result }) => {
      usage.add(result);
      running.spent = Math.max(running.spent, result.total_cost_usd);
      tools.clear();
      options.onActivity(undefined);
      emit({ kind: "result", result, heard });
      heard = {};
    },
  };

  const hear = (decoded: Decoded): void => {
    if (!open) return;
    watch();
    if (decoded.delta !== undefined) journal.delta(decoded.delta);
    for (const data of decoded.journal) journal.append(data);
    for (const each of decoded.signals) (signal[each.kind] as (signal: ClaudeSignal) => void)(each);
  };

  running.process.listen(hear);
  running.process.exited.then((exit) => emit({ kind: "exit", exit })).catch(() => {});
  watch();

  return {
    say: (text, messageIds) => {
      const id = uuid();
      unread.set(id, messageIds);
      ended = false;
      running.process.send(text, id);
    },
    get unread() {
      return unread.size;
    },
    next: () => {
      const event = queue.shift();
      return event === undefined ? awaited() : Promise.resolve(event);
    },
    cut: () => emit({ kind: "cut" }),
    ended: (ms) => endedWithin(ms),
    interrupt: () => running.process.control({ subtype: "interrupt" }, uuid()),
    signal: (name) => running.process.kill(name),
    close: () => {
      open = false;
      watchdog?.cancel();
      running.process.listen(() => {});
    },
  };

  function awaited(): Promise<TalkEvent> {
    return new Promise((resolve) => {
      waiting = resolve;
    });
  }

  function endedWithin(ms: number): Promise<boolean> {
    if (ended || !running.process.alive) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = clock.timer(ms, () => resolve(false));
      enders.push(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }
}
