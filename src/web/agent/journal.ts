/** The live journal of one agent: history, then the stream, older pages on request; also its todos and state. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { StreamStatus } from "../../client/subscribe.ts";
import { subscribe } from "../../client/subscribe.ts";
import { backoff } from "../../lib/backoff.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Output } from "../../wire/endpoint.ts";
import {
  type HarnessInfo,
  harnessEndpoints,
  type JournalFrame,
  journalEndpoints,
  type Todo,
} from "../../wire/journal.ts";
import type { Hive } from "../hive.ts";
import { asError, type Connection, type Keeper, keepStream } from "../net/connection.ts";
import { EMPTY_TRANSCRIPT, reduceTranscript, type Transcript } from "./transcript.ts";

export type History = Output<typeof journalEndpoints.journal>;
interface Page {
  readonly before?: number;
  readonly after?: number;
  readonly limit?: number;
  readonly search?: string;
}

export interface Journal {
  readonly transcript: Signal<Transcript>;
  readonly todos: ReadonlySignal<readonly Todo[]>;
  readonly info: ReadonlySignal<HarnessInfo | undefined>;
  readonly connection: ReadonlySignal<Connection>;
  /** One page before the oldest event here. */
  loadOlder(): Promise<undefined>;
  /** Reads older pages until this event is here, or all of them are. */
  loadBack(seq: number): Promise<void>;
  /** Newest first; `before`: older than this event. */
  find(words: string, before?: number): Promise<History>;
  setTodos(todos: readonly Todo[]): void;
  restart(): void;
  stop(): void;
}

const PAGE = 200;
const FAR_PAGE = 1000;
const FAR_PAGES = 40;
const FOUND = 50;

/** The same questions at two doors: through hive-c0re by name, or at the agent's own port. */
interface Door {
  history(page: Page): Promise<History>;
  stream(options: Following): AsyncIterable<JournalFrame>;
  todos(): Promise<readonly Todo[]>;
  info(): Promise<HarnessInfo>;
}

interface Following {
  readonly after: number;
  readonly signal: AbortSignal;
  readonly onStatus: (status: StreamStatus) => void;
}

function doorOf(hive: Hive, name: string): Door {
  if (hive.mode === "harness")
    return {
      history: (page) => hive.call(harnessEndpoints.history, page),
      stream: (options) => subscribe(hive.transport, harnessEndpoints.stream, { input: {}, ...options }),
      todos: async () => (await hive.call(harnessEndpoints.todos, {})).todos,
      info: () => hive.call(harnessEndpoints.state, {}),
    };
  return {
    history: (page) => hive.call(journalEndpoints.journal, { name, ...page }),
    stream: (options) =>
      subscribe(hive.transport, journalEndpoints.journalStream, { input: { name }, ...options }),
    todos: async () => (await hive.call(journalEndpoints.todos, { name })).todos,
    info: async () => (await hive.call(journalEndpoints.harnessInfo, { name })).harness,
  };
}

export function openJournal(hive: Hive, name: string): Journal {
  const door = doorOf(hive, name);
  const transcript = signal(EMPTY_TRANSCRIPT);
  const todos = signal<readonly Todo[]>([]);
  const info = signal<HarnessInfo | undefined>(undefined);
  const askInfo = (): void => {
    door.info().then(
      (answer) => {
        info.value = answer;
      },
      () => {},
    );
  };
  const onFrames = (frames: readonly JournalFrame[]): void =>
    batch(() => {
      transcript.value = frames.reduce(reduceTranscript, transcript.value);
      for (const frame of frames)
        if (frame.type === "event" && frame.event.data.kind === "todos") todos.value = frame.event.data.todos;
      if (frames.some(changesInfo)) askInfo();
    });
  const keeper: Keeper = keepStream<JournalFrame>({
    open: (abort, onStatus) => openStream({ door, transcript, todos, abort, onStatus, onStart: askInfo }),
    onFrames,
    onFinal: (error) => {
      if (error.code === "unauthorized") hive.refused();
    },
  });
  return {
    transcript,
    todos,
    info,
    connection: keeper.connection,
    loadOlder: async () => {
      const before = transcript.value.events[0]?.seq;
      if (before === undefined) return undefined;
      const page = await door.history({ before, limit: PAGE });
      transcript.value = reduceTranscript(transcript.value, { type: "history", ...page });
      return undefined;
    },
    loadBack: async (seq) => {
      for (let pages = 0; pages < FAR_PAGES; pages++) {
        const { events, more } = transcript.peek();
        const before = events[0]?.seq;
        if (before === undefined || before <= seq || !more) return;
        const page = await door.history({ before, limit: FAR_PAGE });
        transcript.value = reduceTranscript(transcript.peek(), { type: "history", ...page });
      }
    },
    find: (search, before) =>
      door.history({ search, limit: FOUND, ...(before === undefined ? {} : { before }) }),
    setTodos: (list) => {
      todos.value = list;
    },
    restart: keeper.restart,
    stop: keeper.stop,
  };
}

function changesInfo(frame: JournalFrame): boolean {
  if (frame.type !== "event") return false;
  const { kind } = frame.event.data;
  return kind === "state" || kind === "turn_end" || kind === "turn_start";
}

interface OpenOptions {
  readonly door: Door;
  readonly transcript: Signal<Transcript>;
  readonly todos: Signal<readonly Todo[]>;
  readonly abort: AbortSignal;
  readonly onStatus: (status: StreamStatus) => void;
  readonly onStart: () => void;
}

/** Newest page first; the stream goes on exactly after it, so nothing falls in between. */
async function* openStream(options: OpenOptions): AsyncGenerator<JournalFrame> {
  const { door, transcript, todos, abort, onStatus, onStart } = options;
  for (let attempt = 0; !transcript.peek().loaded && !abort.aborted; attempt++) {
    onStatus({ kind: "connecting" });
    try {
      const page = await door.history({ limit: PAGE });
      if (abort.aborted) return;
      transcript.value = reduceTranscript(transcript.peek(), { type: "history", ...page });
    } catch (thrown) {
      const error = asError(thrown);
      if (["unauthorized", "not_found", "forbidden", "invalid"].includes(error.code)) throw error;
      const wait = backoff({ base: 300, cap: 5000, attempt });
      onStatus({ kind: "lost", error, retry_in_ms: wait });
      await systemClock.sleep(wait, abort).catch(() => {});
    }
  }
  if (abort.aborted) return;
  onStart();
  door.todos().then(
    (list) => {
      todos.value = list;
    },
    () => {},
  );
  yield* door.stream({ after: transcript.peek().seq, signal: abort, onStatus });
}
