/** What can be done to an agent, and when it makes sense. Used by the swarm tab and the agent page. */
import { type AgentRow, agentEndpoints } from "../wire/agents.ts";
import type { Hive } from "./hive.ts";
import type { Work } from "./ui/action.tsx";

export interface AgentAction {
  readonly name: "start" | "stop" | "pause" | "resume" | "interrupt" | "restart";
  readonly title: string;
  readonly work: Work;
}

/** Those that apply now; the most likely first. */
export function actionsFor(hive: Hive, agent: AgentRow): AgentAction[] {
  const { name } = agent;
  const down = agent.expected === "stopped" || agent.process === "failed" || agent.process === "stopped";
  const scope = { scope: { agent_names: [name] } };
  const list: (AgentAction | false)[] = [
    down && {
      name: "start",
      title: "start its process",
      work: async () => {
        await hive.call(agentEndpoints.start, scope);
        return `${name} is being started`;
      },
    },
    agent.state?.kind === "turn" &&
      agent.connected && {
        name: "interrupt",
        title: "cut the running turn",
        work: async () => {
          const { interrupted } = await hive.call(agentEndpoints.interrupt, { name });
          return interrupted ? `the turn of ${name} was cut` : `${name} was in no turn`;
        },
      },
    agent.paused
      ? { name: "resume", title: "begin turns again", work: () => setPaused(hive, name, false) }
      : {
          name: "pause",
          title: "begin no new turn, keep the inbox",
          work: () => setPaused(hive, name, true),
        },
    !down && {
      name: "stop",
      title: "let the turn finish, then stop; messages wait",
      work: async () => {
        await hive.call(agentEndpoints.stop, scope);
        return `${name} is being stopped`;
      },
    },
    !down && {
      name: "restart",
      title: "stop and start again",
      work: async () => {
        await hive.call(agentEndpoints.restart, { name });
        return `${name} is being restarted`;
      },
    },
  ];
  return list.filter((action) => action !== false);
}

async function setPaused(hive: Hive, name: string, paused: boolean): Promise<string> {
  await hive.call(agentEndpoints.setPaused, { name, paused });
  return paused ? `${name} begins no new turn` : `${name} goes on`;
}
