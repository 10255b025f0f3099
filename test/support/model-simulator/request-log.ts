// What was asked of the simulator and how each request ended; tests wait on it. Also one JSON line per request.
import { appendFileSync } from "node:fs";

export type RequestOutcome = "open" | "done" | "error" | "cut" | "aborted";

export type SimRequest = {
  /** 1 for the first. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly agent: string | undefined;
  /** Name of the rule that answered; `#3` for the third without one; `default` and `compaction` are built in. */
  readonly rule: string;
  readonly model: string;
  readonly effort: string | undefined;
  readonly lastUser: string;
  readonly toolResult: string | undefined;
  readonly injected: string;
  readonly turn: number;
  readonly step: number;
  readonly subagent: boolean;
  readonly compaction: boolean;
  readonly stream: boolean;
  readonly sessionId: string | undefined;
  readonly agentId: string | undefined;
  readonly auth: "api_key" | "bearer" | "none";
  readonly tools: readonly string[];
  readonly bytes: number;
  status: number | undefined;
  eventsSent: number;
  outcome: RequestOutcome;
  /** The client went away before the answer was complete: an interrupt, a kill, its own timeout. */
  aborted: boolean;
  durationMs: number | undefined;
  /** The whole request, only with `keepBodies`. */
  readonly body?: unknown;
};

export type WaitOptions = {
  /** Only requests with a larger `seq`. */
  readonly after?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export type RequestPredicate = (request: Readonly<SimRequest>) => boolean;

export type RequestLog = {
  readonly requests: readonly Readonly<SimRequest>[];
  readonly add: (entry: SimRequest) => void;
  readonly sentEvent: (entry: SimRequest) => void;
  readonly finish: (entry: SimRequest, outcome: RequestOutcome, now: number) => void;
  readonly waitFor: (predicate: RequestPredicate, options?: WaitOptions) => Promise<Readonly<SimRequest>>;
  /** Fails everyone who still waits. */
  readonly close: () => void;
};

const summary = (requests: readonly SimRequest[]): string =>
  requests
    .slice(-8)
    .map(
      (entry) =>
        `  #${entry.seq} ${entry.agent ?? "-"} ${entry.rule} ${entry.outcome} ${JSON.stringify(entry.lastUser.slice(0, 60))}`,
    )
    .join("\n");

export const createRequestLog = (file: string | undefined): RequestLog => {
  // A path that cannot be written fails here, not in the middle of a run.
  if (file !== undefined) appendFileSync(file, "");
  const requests: SimRequest[] = [];
  const changed = new Set<() => void>();
  const closed = new AbortController();
  const notify = () => {
    for (const listener of [...changed]) listener();
  };

  const waitFor = (predicate: RequestPredicate, options: WaitOptions = {}): Promise<SimRequest> => {
    const deadline = AbortSignal.timeout(options.timeoutMs ?? 10_000);
    const stop = AbortSignal.any([closed.signal, deadline, ...(options.signal ? [options.signal] : [])]);
    return new Promise((resolve, reject) => {
      const settle = () => {
        changed.delete(check);
        stop.removeEventListener("abort", fail);
      };
      const fail = () => {
        settle();
        reject(
          new Error(
            `no such request at the simulator; the last of ${requests.length}:\n${summary(requests)}`,
          ),
        );
      };
      const check = () => {
        const found = requests.find((entry) => entry.seq > (options.after ?? 0) && predicate(entry));
        if (found === undefined) return false;
        settle();
        resolve(found);
        return true;
      };
      if (check()) return;
      if (stop.aborted) return fail();
      changed.add(check);
      stop.addEventListener("abort", fail);
    });
  };

  return {
    requests,
    add: (entry) => {
      requests.push(entry);
      notify();
    },
    sentEvent: (entry) => {
      entry.eventsSent += 1;
      notify();
    },
    finish: (entry, outcome, now) => {
      if (entry.outcome !== "open") return;
      entry.outcome = outcome;
      entry.aborted = outcome === "aborted";
      entry.durationMs = now - entry.at;
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...entry, body: undefined })}\n`);
      notify();
    },
    waitFor,
    close: () => closed.abort(),
  };
};
