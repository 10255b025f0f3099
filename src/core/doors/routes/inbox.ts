/** Handler of the inbox: what waits for a human, out of the parts that know it. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { inboxEndpoints } from "../../../wire/inbox.ts";
import { failedDeploys, waitingOf } from "../../../wire/waiting.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

const ROWS = 200;
const LATELY_MS = 86_400_000;

export function inboxRoutes(services: OperatorServices): Handlers<typeof inboxEndpoints, OperatorContext> {
  const { agents, approvals, questions, operations, hive } = services;
  return {
    inbox: () => {
      const items = waitingOf({
        approvals: approvals.list(false),
        questions: questions.list({ state: "open", to: "operator", limit: ROWS }),
        agents: agents.rows(),
      });
      return {
        approvals: items.flatMap((item) => (item.kind === "approval" ? item.approval : [])),
        questions: items.flatMap((item) => (item.kind === "question" ? item.question : [])),
        agents: items.flatMap((item) => (item.kind === "agent" ? item.agent : [])),
        operations: failedDeploys(operations.list(ROWS), hive.now() - LATELY_MS),
      };
    },
  };
}
