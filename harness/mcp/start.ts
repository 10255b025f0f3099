/**
 * The two MCP servers of a harness, `hyperhive` and `bash`, on one loopback port behind a token of this start.
 * Not here: the protocol (rpc.ts, http.ts) and what the tools do (tools/).
 */

import type { z } from "zod";
import type { Clock } from "../../src/lib/clock.ts";
import type { Logger } from "../../src/platform/log.ts";
import type { Env } from "../../src/platform/spawn.ts";
import type { AgentConfig, Role } from "../../src/wire/agent-config.ts";
import type { Message } from "../../src/wire/messages.ts";
import type { Journal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import type { McpServerName, RunningLease } from "./tool.ts";

export interface McpOptions {
  /** One request over the link; rejects with HiveError `unavailable` while it is down. */
  readonly call: LinkCall;
  /** The lease of the running turn. */
  readonly lease: () => RunningLease | undefined;
  readonly config: () => AgentConfig;
  readonly role: () => z.output<typeof Role>;
  /** How messages are shown to claude: the envelope of a turn. */
  readonly formatMessages: (messages: readonly Message[]) => string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  /** The harness's own; commands get the harmless part of it. */
  readonly env: Env;
  /** `$HYPERHIVE_STATE_DIR`, absolute: where commands run and their full output is kept. */
  readonly stateDir: string;
}

export interface McpServerEntry {
  readonly type: "http";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly alwaysLoad: true;
}

export interface McpServers {
  /** Content of claude's `--mcp-config` (carries the token: a 0600 file, not argv). */
  readonly mcpConfig: { readonly mcpServers: Readonly<Record<McpServerName, McpServerEntry>> };
  /** Before each attempt at a lease: equal calls are counted from nought again. */
  newAttempt(): void;
  /** Ends every command, background ones too; for an interrupt, and for the end of the harness. */
  killCommands(): Promise<void>;
  /** A tool call of ours is running: silence of claude is then no reason to worry. */
  busy(): boolean;
  close(): Promise<void>;
}
