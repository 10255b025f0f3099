/** What the harness's web endpoints need from the rest of the harness. */
import type { Clock } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { WebAssets } from "../../../src/web/assets.ts";
import type { Input, Output } from "../../../src/wire/endpoint.ts";
import type { Effort } from "../../../src/wire/ids.ts";
import type { HarnessInfo } from "../../../src/wire/journal.ts";
import type { harnessWire } from "../../../src/wire/wire.ts";
import type { Journal } from "../journal/journal.ts";

export interface OperatorMessage {
  readonly body: string;
  readonly priority: "urgent" | "normal";
  readonly idempotency_key?: string | undefined;
}

/** What the page can do; each may throw HiveError. */
export interface WebActions {
  /** Hands the ticket on over the link's `operator_send`: hive-c0re judges it again. */
  send(ticket: string, message: OperatorMessage): Promise<{ id: string }>;
  /** Stores one part of a file. */
  attach(part: Input<(typeof harnessWire)["attach"]>): Output<(typeof harnessWire)["attach"]>;
  /** Cuts the running turn; false when there is none. */
  cancel(): Promise<boolean> | boolean;
  setModel(model: string): Promise<void> | void;
  setEffort(effort: Effort): Promise<void> | void;
}

export interface WebOptions {
  readonly agent: string;
  readonly host: string;
  readonly port: number;
  readonly journal: Journal;
  readonly info: () => HarnessInfo;
  readonly actions: WebActions;
  /** SPKI in base64, from the settings; undefined before the first hello: then nothing is let in. */
  readonly ticketKey: () => string | undefined;
  readonly allowedOrigins: () => readonly string[];
  readonly assets?: Pick<WebAssets, "find">;
  readonly log: Logger;
  readonly clock: Clock;
  /** Ends the tries to bind. */
  readonly signal?: AbortSignal;
}
