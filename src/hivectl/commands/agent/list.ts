/**
 * All agents at a glance. The command people type most, so it loads no parser: the verb is checked against the wire
 * by its type, the answer by the few fields that are needed.
 */
import type { AgentRow, agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { printAgents } from "../../print/agent-list.ts";

const CMD: (typeof agentEndpoints)["agents"]["cmd"] = "agents";

export const agentList = command({
  noun: "agent",
  verb: "list",
  summary: "All agents, what they do, and what waits for them",
  args: {},
  examples: [
    ["hivectl list", "the same, shorter"],
    ["hivectl agent list --json", "everything observed, for scripts"],
  ],
  run: async ({ transport, json, print, view }) => {
    const body = await transport.request({ cmd: CMD }, {});
    if (json) {
      const { stringifyJson } = await import("../../../wire/json.ts");
      return print(stringifyJson(body, 2));
    }
    print(printAgents(await agentRows(body), view()));
  },
});

async function agentRows(body: unknown): Promise<readonly AgentRow[]> {
  const agents: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "agents") : undefined;
  if (Array.isArray(agents) && agents.every(isRow)) return agents;
  // It says what is wrong, and where.
  const [{ parseOutput }, wire] = await Promise.all([
    import("../../../client/call.ts"),
    import("../../../wire/agents.ts"),
  ]);
  return parseOutput(wire.agentEndpoints.agents, body).agents;
}

/** What printing touches; the rest may be anything. */
export function isRow(row: unknown): row is AgentRow {
  if (typeof row !== "object" || row === null) return false;
  const is = (field: keyof AgentRow, type: string): boolean => typeof Reflect.get(row, field) === type;
  const maybe = (field: keyof AgentRow, type: string): boolean =>
    Reflect.get(row, field) === undefined || is(field, type);
  return (
    (["name", "role", "backend", "process"] as const).every((field) => is(field, "string")) &&
    (["isolated", "connected", "paused"] as const).every((field) => is(field, "boolean")) &&
    (["queued", "cost_today_usd"] as const).every((field) => is(field, "number")) &&
    (["reason", "retry_at", "state_since", "status_text", "model", "active_model"] as const).every((field) =>
      maybe(field, "string"),
    ) &&
    isState(Reflect.get(row, "state"))
  );
}

function isState(state: unknown): boolean {
  if (state === undefined) return true;
  if (typeof state !== "object" || state === null) return false;
  return Object.values(state).every((value) => typeof value === "string");
}
