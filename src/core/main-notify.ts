/** Builds the notifier: its keys and secrets from files, its news from the parts that know them. */
import { generateKeyPairSync } from "node:crypto";
import { hostname } from "node:os";
import { readFileNoFollow } from "../platform/atomic-file.ts";
import { messageOf } from "../platform/errno.ts";
import { HiveError } from "../wire/errors.ts";
import type { HiveEventData } from "../wire/events.ts";
import { failedDeploys } from "../wire/waiting.ts";
import { storedKey } from "./auth/stored-key.ts";
import type { AgentParts } from "./main-agents.ts";
import type { BrokerParts } from "./main-broker.ts";
import { homeUrl } from "./main-facts.ts";
import type { HiveOptions } from "./main-given.ts";
import { createNotify } from "./notify/notify.ts";
import type { Notify } from "./notify/options.ts";
import { createVapid, type Vapid } from "./notify/push-crypto.ts";
import type { Settings } from "./settings.ts";

export interface NotifyPartsOptions extends HiveOptions {
  readonly broker: BrokerParts;
  readonly agents: Pick<AgentParts, "approvals" | "operations">;
  readonly port: () => number;
}

export function createNotifyPart(options: NotifyPartsOptions): Notify {
  const { settings, clock, log, broker, agents, port } = options;
  const { ntfy, webhook } = settings.notify;
  return createNotify({
    ...broker,
    ...{ clock, log, settings: settings.notify, hive: hostname() },
    vapid: vapidOf(settings),
    ntfyToken: secretOf(ntfy?.token_file),
    webhookSecret: secretOf(webhook?.secret_file),
    fetch: (url, init) => fetch(url, init),
    home: () => homeUrl(settings, port()),
    missed: () => missed({ broker, agents, now: clock.now() }),
  });
}

function vapidOf({ notify: { push }, state_dir }: Settings): Vapid | undefined {
  if (!push.enabled) return undefined;
  const generate = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  return createVapid(storedKey({ stateDir: state_dir, name: "vapid.pem", generate }), push.contact);
}

function secretOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileNoFollow(file).toString("utf8").trim();
  } catch (cause) {
    throw new HiveError("invalid", `the secret in "${file}" cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (text === "") throw new HiveError("invalid", `the secret file "${file}" is empty`);
  return text;
}

const LATELY_MS = 86_400_000;
const ROWS = 200;

interface Missing extends Pick<NotifyPartsOptions, "broker" | "agents"> {
  readonly now: number;
}

/** Of the last day only: when notifications are switched on, old things do not all ring at once. */
function missed({ broker, agents, now }: Missing): readonly HiveEventData[] {
  const since = now - LATELY_MS;
  const lately = (at: string): boolean => Date.parse(at) > since;
  return [
    ...agents.approvals
      .list(false)
      .filter(({ requested_at }) => lately(requested_at))
      .map((approval) => ({ type: "approval", approval }) as const),
    ...broker.questions
      .list({ state: "open", to: "operator", limit: ROWS })
      .filter(({ asked_at }) => lately(asked_at))
      .map((question) => ({ type: "question", question }) as const),
    ...failedDeploys(agents.operations.list(ROWS), since).map(
      (operation) => ({ type: "operation", operation }) as const,
    ),
  ];
}
