// Sends a prepared answer over one connection: pauses, pieces, deliberate breaks. Decides nothing about its content.
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { ERROR_KINDS, type Rule } from "./script.ts";
import { encodeEvent, type StreamEvent } from "./sse.ts";

export type PlayOutcome = "done" | "cut" | "aborted";

export type Play = {
  readonly response: ServerResponse;
  readonly rule: Rule;
  /** Aborts when the client goes away or the simulator stops. */
  readonly signal: AbortSignal;
  readonly onEvent: () => void;
};

/** A reset overtakes what the client has not read yet; this lets it read what the script wants it to see. */
const RESET_SETTLE_MS = 40;

/** False when the client is gone. */
export const pauseFor = async (ms: number | undefined, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return false;
  if (ms === undefined || ms === 0) return true;
  return pause(ms, true, { signal }).catch(() => false);
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const breakOff = async (play: Play, how: NonNullable<Rule["cut"]>["how"]): Promise<PlayOutcome> => {
  const { response, signal } = play;
  if (how === "stall") {
    await untilAborted(signal);
    return "aborted";
  }
  if (how === "error") {
    const { type, message } = ERROR_KINDS[play.rule.error?.kind ?? "overloaded"];
    response.write(encodeEvent({ type: "error", error: { type, message } }));
  }
  if (how !== "rst") {
    response.end();
    return "cut";
  }
  await pauseFor(RESET_SETTLE_MS, signal);
  response.socket?.resetAndDestroy();
  return "cut";
};

export const playStream = async (play: Play, events: readonly StreamEvent[]): Promise<PlayOutcome> => {
  const { response, rule, signal } = play;
  response.flushHeaders();
  for (const [index, event] of events.entries()) {
    if (rule.cut !== undefined && index >= rule.cut.after_events) return breakOff(play, rule.cut.how);
    const thinking = event.type === "content_block_start" && event["index"] === 0 ? (rule.think_ms ?? 0) : 0;
    if (!(await pauseFor((rule.chunk_ms ?? 0) + thinking, signal))) return "aborted";
    response.write(encodeEvent(event));
    play.onEvent();
  }
  response.end();
  return "done";
};

export const playJson = async (play: Play, body: unknown): Promise<PlayOutcome> => {
  if (!(await pauseFor(play.rule.think_ms, play.signal))) return "aborted";
  play.response.end(JSON.stringify(body));
  play.onEvent();
  return "done";
};
