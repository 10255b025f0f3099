/** Handlers of requests that wait for the operator, and of what else only the manager's harness may ask. */

import { assertNever } from "../../../lib/assert-never.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import type { agentWire } from "../../../wire/wire.ts";
import { workTree } from "../../config/caged-git.ts";
import type { Actor, Lifecycle } from "../../services.ts";
import type { AgentContext, LinkServices } from "../agent-context.ts";

type Routes = Pick<
  Handlers<typeof agentWire, AgentContext>,
  | "requestSpawn"
  | "requestSchedulePrompt"
  | "requestDestroy"
  | "requestUpdateMetaInputs"
  | "requestInitConfig"
  | "requestApplyCommit"
  | "cancelRequest"
  | "agentLogs"
  | "control"
>;

export function managerRoutes({ agents, approvals, lifecycle }: LinkServices): Routes {
  return {
    requestSpawn: async ({ reason, lease_id, effect_key, ...payload }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "spawn",
        payload,
        description: `spawn agent "${payload.name}": ${reason}`,
        lease_id,
        effect_key,
      }),
    }),
    requestSchedulePrompt: async ({ reason, lease_id, effect_key, ...payload }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "schedule_prompt",
        payload,
        description: `schedule "${payload.cron}" (${payload.time_zone}) for agent "${payload.agent}": ${reason}`,
        lease_id,
        effect_key,
      }),
    }),
    requestDestroy: async ({ agent, reason, lease_id, effect_key }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "destroy",
        payload: { name: agent },
        description: `remove agent "${agent}": ${reason}`,
        lease_id,
        effect_key,
      }),
    }),
    requestUpdateMetaInputs: async ({ inputs, reason, lease_id, effect_key }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "update_meta_inputs",
        payload: { inputs },
        description: `update ${inputs.length === 0 ? "all inputs" : inputs.join(", ")} and rebuild every agent: ${reason}`,
        lease_id,
        effect_key,
      }),
    }),
    requestInitConfig: async ({ agent, reason, lease_id, effect_key }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "init_config",
        payload: { agent },
        description: `make a configuration repository for agent "${agent}": ${reason}`,
        lease_id,
        effect_key,
      }),
      path: workTree(lifecycle, actor.name, agent).path,
    }),
    requestApplyCommit: async ({ agent, commit, reason, lease_id, effect_key }, { actor }) => ({
      approval: await approvals.request(actor, {
        kind: "merge_config_pr",
        payload: { agent, commit },
        description: `deploy configuration ${commit.slice(0, 12)} of agent "${agent}": ${reason}`,
        lease_id,
        effect_key,
      }),
    }),
    cancelRequest: async ({ id }, { actor }) => ({ approval: await approvals.cancel(actor, id) }),
    agentLogs: async ({ agent, lines }) => {
      agents.get(agent);
      return { lines: await lifecycle.logs(agent, lines) };
    },
    control: async ({ agent, action }, { actor }) => {
      agents.get(agent);
      await control(lifecycle, actor, { agent, action });
      return {};
    },
  };
}

function control(
  lifecycle: Lifecycle,
  actor: Actor,
  { agent, action }: { agent: string; action: "start" | "stop" | "restart" },
): Promise<void> {
  switch (action) {
    case "start":
      return lifecycle.start(actor, [agent]);
    case "stop":
      return lifecycle.stop(actor, [agent], true);
    case "restart":
      return lifecycle.restart(actor, agent);
    default:
      return assertNever(action);
  }
}
