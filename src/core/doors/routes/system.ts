/** Handlers of the hive's own endpoints: logins, tickets, where things are, whether it is well. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { systemEndpoints } from "../../../wire/system.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function systemRoutes(services: OperatorServices): Handlers<typeof systemEndpoints, OperatorContext> {
  const { agents, hive, logins, tickets } = services;
  return {
    info: () => ({ info: hive.info() }),
    urls: () => ({ urls: hive.urls() }),
    loginLink: (_input, { actor }) => logins.createLink(actor),
    login: ({ code }, { userAgent }) => logins.exchange(code, userAgent),
    sessions: () => ({ sessions: logins.list() }),
    revokeSession: async ({ id }, { actor }) => {
      await logins.revoke(actor, id);
      return {};
    },
    agentTicket: ({ name }) => {
      agents.get(name);
      // First: where nobody of ours listens, no ticket is made.
      const url = hive.agentUrl(name);
      const { ticket, expires_at } = tickets.issue(name, ["read", "send", "control"]);
      return { ticket, expires_at, url };
    },
    doctor: async (_input, { signal }) => ({ findings: await hive.doctor(signal) }),
  };
}
