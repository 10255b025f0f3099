/** The harness's own page, connected to what it shows and steers. Without it the agent still works. */

import type { Clock } from "../../src/lib/clock.ts";
import { webPort } from "../../src/lib/fnv1a.ts";
import type { Logger } from "../../src/platform/log.ts";
import { loadWebAssets } from "../../src/web/assets.ts";
import type { HarnessInfo } from "../../src/wire/journal.ts";
import { VERSION } from "../../src/wire/version.ts";
import { storePart } from "./attachments.ts";
import type { Engine } from "./engine.ts";
import type { HarnessEnv } from "./env.ts";
import type { Journal } from "./journal/journal.ts";
import { startWeb, type Web, type WebActions } from "./web/start-web.ts";

export interface HarnessWebOptions {
  readonly env: HarnessEnv;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A port that stays taken is said, and is no reason to stop the agent. */
export async function startHarnessWeb(options: HarnessWebOptions): Promise<Web | undefined> {
  const { env, engine, journal, log, clock, signal } = options;
  try {
    return await startWeb({
      agent: env.agent,
      host: env.webHost,
      port: webPort(env.agent),
      journal,
      info: () => info(options),
      actions: actions(options),
      ticketKey: () => engine.settings.current?.ticket_public_key,
      allowedOrigins: () => engine.settings.current?.allowed_origins ?? [],
      assets: loadWebAssets(),
      log,
      clock,
      signal,
    });
  } catch (error) {
    if (!signal.aborted) log.error({ error }, "the agent's page is not served");
    return undefined;
  }
}

function info({ env, engine, journal }: HarnessWebOptions): HarnessInfo {
  const { settings, observed, machine, sessions, link, keeper } = engine;
  return {
    agent: env.agent,
    state: machine.state,
    state_since: new Date(observed.stateSince).toISOString(),
    session_id: sessions.id,
    model: settings.model,
    effort: settings.effort,
    active_model: observed.model,
    claude_version: observed.version,
    connected: link.connected,
    warm: keeper.warm,
    queued: 0,
    last_seq: journal.lastSeq(),
    version: VERSION,
  };
}

function actions({ engine, env }: HarnessWebOptions): WebActions {
  const { link, machine, settings } = engine;
  return {
    send: async (ticket, message) => {
      const { ids } = await link.call("operatorSend", { ticket, ...message });
      return { id: ids[0] ?? "" };
    },
    attach: (part) => storePart(env.stateDir, part),
    cancel: () => {
      const running = machine.lease !== undefined;
      machine.dispatch({ kind: "interrupt", by: "operator", reason: "from the agent's page" });
      return running;
    },
    setModel: (model) => settings.choose({ model }),
    setEffort: (effort) => settings.choose({ effort }),
  };
}
