/** All of the operator's handlers: what host socket and HTTP answer with. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { OperatorWire } from "../../../wire/wire.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";
import { agentRoutes } from "./agents.ts";
import { approvalRoutes } from "./approvals.ts";
import { configRoutes } from "./config.ts";
import { eventRoutes } from "./events.ts";
import { execRoutes } from "./exec.ts";
import { inboxRoutes } from "./inbox.ts";
import { journalRoutes } from "./journal.ts";
import { messageRoutes } from "./messages.ts";
import { notifyRoutes } from "./notify.ts";
import { operationRoutes } from "./operations.ts";
import { questionRoutes } from "./questions.ts";
import { scheduleRoutes } from "./schedules.ts";
import { systemRoutes } from "./system.ts";
import { usageRoutes } from "./usage.ts";

export function operatorRoutes(services: OperatorServices): Handlers<OperatorWire, OperatorContext> {
  return {
    ...agentRoutes(services),
    ...messageRoutes(services),
    ...questionRoutes(services),
    ...scheduleRoutes(services),
    ...approvalRoutes(services),
    ...configRoutes(services),
    ...execRoutes(services),
    ...inboxRoutes(services),
    ...operationRoutes(services),
    ...notifyRoutes(services),
    ...eventRoutes(services),
    ...journalRoutes(services),
    ...usageRoutes(services),
    ...systemRoutes(services),
  };
}
