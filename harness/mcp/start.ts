/**
 * The two MCP servers of a harness, `hyperhive` and `bash`, on one loopback port behind a token of this start.
 * Not here: the protocol (rpc.ts, http.ts) and what the tools do (tools/).
 */

import { randomBytes, randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Clock } from "../../src/lib/clock.ts";
import type { Logger } from "../../src/platform/log.ts";
import type { Env } from "../../src/platform/spawn.ts";
import type { AgentConfig, Role } from "../../src/wire/agent-config.ts";
import type { Message } from "../../src/wire/messages.ts";
import { VERSION } from "../../src/wire/version.ts";
import type { Journal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import { createCommands } from "./bash/commands.ts";
import { createEffectKeys } from "./effect-keys.ts";
import { type ServedServer, serveMcp } from "./http.ts";
import { type RunToolOptions, runTool } from "./run-tool.ts";
import type { McpServerName, RunningLease, Tool } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

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
  /** A call that takes longer is answered as a stream; see http.ts. */
  readonly streamAfterMs?: number;
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
  killCommands(reason?: string): Promise<void>;
  /** A tool call of ours is running: silence of claude is then no reason to worry. */
  busy(): boolean;
  close(): Promise<void>;
}

const INSTRUCTIONS: Readonly<Record<McpServerName, string>> = {
  hyperhive: "Messages, questions, reminders and the other agents of this hive.",
  bash: "Shell commands on this agent's machine.",
};

export async function startMcpServers(options: McpOptions): Promise<McpServers> {
  const { log, clock } = options;
  const commands = createCommands(options);
  const effects = createEffectKeys();
  const token = randomBytes(32).toString("base64url");
  const runOptions: RunToolOptions = { ...options, commands, effects, bootId: randomUUID() };
  let running = 0;

  const serve = (name: McpServerName): ServedServer => {
    const offered = (): readonly Tool[] =>
      TOOLS.filter(
        ({ server, access }) => server === name && (access === "agent" || options.role() === "manager"),
      );
    return {
      name,
      version: VERSION,
      instructions: INSTRUCTIONS[name],
      get tools() {
        return offered();
      },
      run: (call, signal) => {
        const tool = offered().find((each) => each.name === call.name);
        if (tool === undefined) return undefined;
        const toolUseId = call._meta["claudecode/toolUseId"];
        log.debug({ tool: tool.name, tool_use_id: toolUseId }, "tool call");
        running += 1;
        return runTool(runOptions, { tool, input: call.arguments, toolUseId, signal }).finally(() => {
          running -= 1;
        });
      },
    };
  };
  const servers = { hyperhive: serve("hyperhive"), bash: serve("bash") };
  const http = await serveMcp({ servers, token, clock, log, streamAfterMs: options.streamAfterMs });
  const entry = (name: McpServerName): McpServerEntry => ({
    type: "http",
    url: `${http.url}/mcp/${name}`,
    headers: { Authorization: `Bearer ${token}` },
    alwaysLoad: true,
  });
  return {
    mcpConfig: { mcpServers: { hyperhive: entry("hyperhive"), bash: entry("bash") } },
    newAttempt: effects.newAttempt,
    killCommands: (reason = "the turn was interrupted") => commands.killAll(reason),
    busy: () => running > 0,
    close: async () => {
      await commands.killAll("the agent is stopping");
      await http.stop({ graceful: false });
    },
  };
}
