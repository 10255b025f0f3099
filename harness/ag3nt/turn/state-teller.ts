/** Says what the harness is doing, to the journal and to who listens, each time it changed. */
import type { Clock } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { HarnessState } from "../../../src/wire/agents.ts";
import type { Mode } from "./state.ts";
import type { TurnJournal } from "./talk.ts";

export interface StateTellerOptions {
  readonly state: () => HarnessState;
  readonly journal: TurnJournal;
  readonly onState: (state: HarnessState) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** These are told by a turn's own events. */
const IN_TURNS: ReadonlySet<HarnessState["kind"]> = new Set(["turn", "idle", "starting"]);

/** Call it after each change; it waits until what is urgent is done: no report may delay a wake-up. */
export function createStateTeller(options: StateTellerOptions): () => void {
  const { journal, onState, clock, log } = options;
  let told: HarnessState | undefined;

  const record = (state: HarnessState): void => {
    try {
      journal.append({ kind: "state", state });
    } catch (error) {
      log.error({ error }, "the state could not be stored");
    }
  };
  const tell = (): void => {
    const state = options.state();
    if (JSON.stringify(state) === JSON.stringify(told)) return;
    const changed = state.kind !== told?.kind;
    told = state;
    if (changed && !IN_TURNS.has(state.kind)) record(state);
    onState(state);
  };
  return () => void clock.timer(0, tell);
}

export function publicState(mode: Mode, activity: string | undefined): HarnessState {
  switch (mode.kind) {
    case "turn":
      return { kind: "turn", lease_id: mode.lease_id, activity };
    case "rate_limited":
      return { kind: "rate_limited", until: new Date(mode.until).toISOString(), reason: mode.reason };
    case "needs_login":
    case "budget_exhausted":
    case "failed":
      return { kind: mode.kind, reason: mode.reason };
    case "stopped":
      return { kind: "failed", reason: "the agent is stopping" };
    default:
      return { kind: mode.kind };
  }
}
