/** Handlers of the timeline's endpoints: the snapshot, and the stream that begins with it. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { eventEndpoints, Snapshot, StreamFrame } from "../../../wire/events.ts";
import { cutMessage } from "../../events/cut-body.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

const MESSAGES = 200;
const QUESTIONS = 100;
const OPERATIONS = 50;

export function eventRoutes(services: OperatorServices): Handlers<typeof eventEndpoints, OperatorContext> {
  return {
    snapshot: () => ({ snapshot: takeSnapshot(services) }),
    events: ({ after }, { signal }) => followEvents(services, after, signal),
  };
}

/** Read without a pause in between, so that it is the state at exactly `seq`. */
export function takeSnapshot(services: OperatorServices): Snapshot {
  const { agents, broker, questions, approvals, operations, reminders, schedules, timeline, hive } = services;
  return {
    seq: timeline.seq(),
    at: new Date(hive.now()).toISOString(),
    info: hive.info(),
    agents: agents.rows(),
    messages: broker.list({ limit: MESSAGES }).messages.map(cutMessage).toReversed(),
    questions: questions.list({ limit: QUESTIONS }),
    approvals: approvals.list(true),
    operations: operations.list(OPERATIONS),
    reminders: reminders.list(),
    schedules: schedules.list(),
  };
}

/**
 * Every event after `after`, once, in order. What is no longer stored (or was never: a restored hive) is announced
 * as a gap, then comes a snapshot, then the events after that.
 */
export async function* followEvents(
  services: OperatorServices,
  after: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamFrame, void, undefined> {
  const { timeline } = services;
  let from = after;
  if (from !== undefined && from > timeline.seq()) {
    yield { type: "gap", after: from, seq: timeline.seq() };
    from = undefined;
  }
  while (!signal.aborted) {
    if (from === undefined) {
      const snapshot = takeSnapshot(services);
      from = snapshot.seq;
      yield { type: "snapshot", snapshot };
    }
    for await (const frame of timeline.follow(from, signal)) {
      yield frame;
      if (frame.type !== "gap") continue;
      from = undefined;
      break;
    }
    if (from !== undefined) return;
  }
}
