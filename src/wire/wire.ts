/** The tables of all endpoints, by door. */
import { agentEndpoints } from "./agents.ts";
import { approvalEndpoints } from "./approvals.ts";
import { attachmentEndpoints } from "./attachments.ts";
import { configEndpoints } from "./config.ts";
import { eventEndpoints } from "./events.ts";
import { execEndpoints } from "./exec.ts";
import { inboxEndpoints } from "./inbox.ts";
import { journalEndpoints } from "./journal.ts";
import { messageEndpoints } from "./messages.ts";
import { notifyEndpoints } from "./notify.ts";
import { operationEndpoints } from "./operations.ts";
import { questionEndpoints } from "./questions.ts";
import { scheduleEndpoints } from "./schedules.ts";
import { systemEndpoints } from "./system.ts";
import { usageEndpoints } from "./usage.ts";

/** Host socket and HTTP. */
export const operatorWire = {
  ...agentEndpoints,
  ...messageEndpoints,
  ...questionEndpoints,
  ...scheduleEndpoints,
  ...approvalEndpoints,
  ...configEndpoints,
  ...execEndpoints,
  ...inboxEndpoints,
  ...operationEndpoints,
  ...notifyEndpoints,
  ...eventEndpoints,
  ...journalEndpoints,
  ...attachmentEndpoints,
  ...usageEndpoints,
  ...systemEndpoints,
} as const;
export type OperatorWire = typeof operatorWire;

export { harnessEndpoints as harnessWire } from "./journal.ts";
export { linkEndpoints as agentWire } from "./link.ts";
