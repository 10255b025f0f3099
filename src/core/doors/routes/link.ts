/** Handlers of what an agent's harness asks over its own socket. */
import type { AgentRow } from "../../../wire/agents.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import { HiveError } from "../../../wire/errors.ts";
import { LINK_VERSION } from "../../../wire/version.ts";
import type { agentWire } from "../../../wire/wire.ts";
import type { AgentContext, LinkServices } from "../agent-context.ts";
import { managerRoutes } from "./link-manager.ts";

export function linkRoutes(services: LinkServices): Handlers<typeof agentWire, AgentContext> {
  return {
    ...sessionRoutes(services),
    ...turnRoutes(services),
    ...toolRoutes(services),
    ...managerRoutes(services),
  };
}

type Part<K extends keyof typeof agentWire> = Pick<Handlers<typeof agentWire, AgentContext>, K>;

function sessionRoutes({ broker, links }: LinkServices): Part<"hello" | "report"> {
  return {
    hello: async (input, { agent, connection }) => {
      if (input.agent !== undefined && input.agent !== agent) {
        throw new HiveError("forbidden", `this is the socket of agent "${agent}"`);
      }
      if (Math.abs(input.link_version - LINK_VERSION) > 1) {
        throw new HiveError("unsupported", `the hive speaks link version ${LINK_VERSION}`, {
          hint: `hivectl agent restart ${agent}`,
        });
      }
      const settings = links.greet(agent, input, connection);
      const lease = await broker.attach(agent, input.boot_id, input.lease_id);
      return lease === undefined ? { settings } : { settings, lease };
    },
    report: (input, { agent, connection }) => {
      links.report(agent, connection, input);
      return {};
    },
  };
}

function turnRoutes({ broker }: LinkServices): Part<"lease" | "leaseMore" | "read" | "finish"> {
  return {
    lease: async ({ max }, { agent, bootId, signal }) => ({
      lease: await broker.lease(agent, { boot_id: bootId, max, signal }),
    }),
    leaseMore: async ({ lease_id, max }, { agent }) => ({
      messages: await broker.leaseMore(agent, lease_id, max),
    }),
    read: async ({ lease_id, message_ids }, { agent }) => {
      await broker.read(agent, lease_id, message_ids);
      return {};
    },
    finish: async (input, { agent }) => {
      await broker.finish(agent, input);
      return {};
    },
  };
}

type Tools = "send" | "operatorSend" | "ask" | "awaitAnswer" | "answer" | "remind" | "setStatus";

function toolRoutes(services: LinkServices): Part<Tools | "listAgents" | "getHistory"> {
  const { agents, broker, questions, reminders, tickets } = services;
  return {
    send: (input, { actor }) => broker.send(actor, input),
    operatorSend: async ({ ticket, ...message }, { agent }) => {
      const claims = await tickets.check(ticket, agent, "send");
      if (claims === undefined) {
        throw new HiveError("unauthorized", "this page's ticket is not valid (any more)", {
          hint: "open the agent's page from the dashboard again",
        });
      }
      const actor = { kind: "operator", via: "page", who: `ticket:${claims.jti}` } as const;
      return broker.send(actor, { ...message, to: agent });
    },
    ask: async (input, { agent }) => ({ question: await questions.ask(agent, input) }),
    awaitAnswer: (input, { agent, signal }) => questions.awaitAnswer(agent, input, signal),
    answer: async (input, { agent, actor }) => ({
      question: await questions.answer(actor, {
        ...input,
        agent,
        tool: "answer",
        summary: `answer to question "${input.id}"`,
      }),
    }),
    remind: async (input, { agent, actor }) => ({
      reminder: await reminders.add(actor, { ...input, agent }),
    }),
    setStatus: async ({ text }, { agent }) => {
      await agents.setStatus(agent, text);
      return {};
    },
    listAgents: () => ({ agents: agents.rows().map(colleague) }),
    getHistory: (input, { agent }) => ({ messages: broker.history(agent, input) }),
  };
}

function colleague(row: AgentRow) {
  const { name, role, status_text, queued } = row;
  return { name, role, queued, status_text, state: stateWord(row) };
}

function stateWord({ process, connected, paused, state }: AgentRow): string {
  if (paused) return "paused";
  if (process !== "running" || !connected) return process === "running" ? "starting" : process;
  return state?.kind ?? "starting";
}
