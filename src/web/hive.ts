/**
 * Everything the components need, made once in main.tsx and handed down by context: calls, the live state, the
 * route, toasts, drafts. Not for drawing.
 */
import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { call } from "../client/call.ts";
import { httpTransport } from "../client/http-transport.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Transport } from "../client/transport.ts";
import type { CallInput, Endpoint, Output } from "../wire/endpoint.ts";
import { eventEndpoints, type StreamFrame } from "../wire/events.ts";
import { asError, type Connection, type Keeper, keepStream } from "./net/connection.ts";
import type { Credentials } from "./net/credentials.ts";
import { type Draft, draftStore } from "./net/drafts.ts";
import { basePath, type Mode, type Route, routeOf, routeUrl } from "./net/place.ts";
import { EMPTY, type HiveState, reduce } from "./state.ts";

/** A heartbeat comes each 15 s. */
const SILENCE_MS = 20_000;

export interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad";
  readonly text: string;
  readonly hint: string | undefined;
}

export interface Hive {
  readonly mode: Mode;
  readonly base: string;
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly state: Signal<HiveState>;
  readonly connection: ReadonlySignal<Connection>;
  readonly route: Signal<Route>;
  /** The hive's clock, each second. */
  readonly now: ReadonlySignal<number>;
  readonly toasts: Signal<readonly Toast[]>;
  readonly draft: (name: string) => Draft;
  /** A refused token leads to the login screen, wherever the call came from. */
  call<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Output<E>>;
  url(route: Route): string;
  go(route: Route): void;
  tell(text: string): void;
  fail(thrown: unknown): void;
  refused(): void;
  reconnect(): void;
}

const HiveContext = createContext<Hive | undefined>(undefined);
export const HiveProvider = HiveContext.Provider;

export function useHive(): Hive {
  const hive = useContext(HiveContext);
  if (hive === undefined) throw new Error("a component stands outside HiveProvider");
  return hive;
}

export function createHive(credentials: Credentials): Hive {
  const base = credentials.mode === "hive" ? basePath(location.pathname) : "";
  const token = (): string | undefined => credentials.token.peek();
  const transport = httpTransport({ base, token, silenceMs: SILENCE_MS });
  const state = signal(EMPTY);
  const skew = signal(0);
  const toasts = toastList();
  const route = signal(routeOf(location.pathname, location.hash));
  const refused = (): void => credentials.forget(token());
  const live =
    credentials.mode === "hive" ? liveState({ credentials, transport, state, skew, refused }) : QUIET;
  const url = (to: Route): string => routeUrl(to, base);
  return {
    mode: credentials.mode,
    base,
    credentials,
    transport,
    state,
    connection: live.connection,
    route,
    now: ticking(skew),
    draft: draftStore(),
    refused,
    url,
    ...toasts,
    call: async (endpoint, input) => {
      try {
        return await call(transport, endpoint, input);
      } catch (thrown) {
        if (asError(thrown).code === "unauthorized") refused();
        throw thrown;
      }
    },
    go: (to) => {
      history.pushState(null, "", url(to));
      route.value = to;
    },
    reconnect: live.restart,
  };
}

const QUIET: Pick<Keeper, "connection" | "restart"> = {
  connection: signal<Connection>({ kind: "live" }),
  restart: () => {},
};

interface LiveOptions {
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly state: Signal<HiveState>;
  readonly skew: Signal<number>;
  readonly refused: () => void;
}

/** The stream runs while somebody is logged in; what is known stays on screen in between. */
function liveState(options: LiveOptions): Pick<Keeper, "connection" | "restart"> {
  const { credentials, transport, state, skew, refused } = options;
  const keeper = signal<Keeper | undefined>(undefined);
  const onFrames = (frames: readonly StreamFrame[]): void =>
    batch(() => {
      for (const frame of frames)
        if (frame.type === "snapshot") skew.value = Date.parse(frame.snapshot.at) - Date.now();
      state.value = frames.reduce(reduce, state.value);
    });
  const start = (): Keeper =>
    keepStream<StreamFrame>({
      open: (abort, onStatus) => {
        const after = state.peek().loaded ? { after: state.peek().seq } : {};
        return subscribe(transport, eventEndpoints.events, { input: {}, signal: abort, onStatus, ...after });
      },
      onFrames,
      onFinal: (error) => {
        if (error.code === "unauthorized") refused();
      },
    });
  effect(() => {
    const loggedIn = credentials.token.value !== undefined;
    const running = keeper.peek();
    running?.stop();
    keeper.value = loggedIn ? untracked(start) : undefined;
  });
  const hurry = (): void => {
    const kind = keeper.peek()?.connection.peek().kind;
    if (kind === "lost" && document.visibilityState === "visible") keeper.peek()?.restart();
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  const connecting: Connection = { kind: "connecting" };
  return {
    connection: computed(() => keeper.value?.connection.value ?? connecting),
    restart: () => keeper.peek()?.restart(),
  };
}

function ticking(skew: ReadonlySignal<number>): ReadonlySignal<number> {
  const tick = signal(Date.now());
  setInterval(() => {
    if (document.visibilityState === "visible") tick.value = Date.now();
  }, 1000);
  return computed(() => tick.value + skew.value);
}

const TOAST_MS = { good: 3500, bad: 9000 } as const;

function toastList(): Pick<Hive, "toasts" | "tell" | "fail"> {
  const toasts = signal<readonly Toast[]>([]);
  let last = 0;
  const add = (toast: Omit<Toast, "id">): void => {
    const id = ++last;
    toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
    setTimeout(() => {
      toasts.value = toasts.value.filter((one) => one.id !== id);
    }, TOAST_MS[toast.tone]);
  };
  return {
    toasts,
    tell: (text) => add({ tone: "good", text, hint: undefined }),
    fail: (thrown) => {
      const { message, hint } = asError(thrown);
      add({ tone: "bad", text: message, hint });
    },
  };
}
