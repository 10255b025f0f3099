/**
 * Where an agent's own page answers: on the one port of its name, and only while its harness says that it has it.
 * Anybody on this machine can listen on a port that is free: a ticket must not go to whoever happens to be there.
 */
import { webPort } from "../../lib/fnv1a.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Links } from "../services.ts";

export interface AgentPageOptions {
  readonly links: Pick<Links, "observe">;
  /** The one port an agent may answer on; by its name's hash when absent. */
  readonly portOf?: ((agent: string) => number) | undefined;
}

/** Throws `unavailable` with the reason. */
export function agentPort({ links, portOf = webPort }: AgentPageOptions, agent: string): number {
  const { connected, web_port } = links.observe(agent);
  if (!connected) {
    throw new HiveError("unavailable", `agent "${agent}" is not running`, {
      hint: `hivectl agent start ${agent}`,
    });
  }
  const port = portOf(agent);
  if (web_port === port) return port;
  throw new HiveError("unavailable", `agent "${agent}" serves no page: it did not get its port ${port}`, {
    hint: `see who has it with ss -ltnp sport = :${port}, then hivectl agent restart ${agent}`,
  });
}
