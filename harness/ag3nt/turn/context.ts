/** What a turn works with, and what belongs to all of it, over restarts of claude within it. */
import type { Clock } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { AgentConfig } from "../../../src/wire/agent-config.ts";
import type { Lease } from "../../../src/wire/link.ts";
import type { Message } from "../../../src/wire/messages.ts";
import type { Keeper } from "../claude/keeper.ts";
import type { Sessions } from "../claude/session.ts";
import type { ClaudeSignal } from "../claude/signals.ts";
import type { LinkCall } from "../link.ts";
import type { UsageCount } from "../usage.ts";
import type { Talk, TurnJournal } from "./talk.ts";

export interface TurnTools {
  newAttempt(): void;
  killCommands(): Promise<void>;
  busy(): boolean;
}

export interface TurnDeps {
  readonly agent: string;
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly journal: TurnJournal;
  /** Until hive-c0re has answered. */
  readonly insist: LinkCall;
  readonly tools: TurnTools;
  readonly config: () => AgentConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly uuid: () => string;
  readonly onInit: (init: Extract<ClaudeSignal, { kind: "init" }>) => void;
  readonly onActivity: (activity: string | undefined) => void;
}

export interface CutOrder {
  readonly by: string;
  readonly reason: string;
  readonly outcome: "interrupted" | "lost";
}

export interface TurnContext extends TurnDeps {
  readonly lease: Lease;
  readonly startedAt: number;
  readonly messages: Message[];
  readonly answers: string[];
  readonly reads: Set<Promise<unknown>>;
  usage: UsageCount;
  talk: Talk | undefined;
  order: CutOrder | undefined;
  over: boolean;
}

export function markRead(context: TurnContext, messageIds: readonly string[]): void {
  const { insist, lease, log, reads } = context;
  const asked = insist("read", { lease_id: lease.id, message_ids: [...messageIds] })
    .catch((error: unknown) =>
      log.warn({ error, lease_id: lease.id }, "messages could not be marked as read"),
    )
    .finally(() => reads.delete(asked));
  reads.add(asked);
}
