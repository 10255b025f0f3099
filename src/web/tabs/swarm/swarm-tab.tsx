/** SW4RM: every agent with what is wanted, what is observed and what it can do. */
import { useState } from "preact/hooks";
import type { AgentRow } from "../../../wire/agents.ts";
import { byRole } from "../../agent-view.ts";
import { money, plural } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Empty, Section } from "../../ui/bits.tsx";
import { AgentCard } from "./agent-card.tsx";
import { DestroyDialog } from "./destroy-dialog.tsx";
import { SpawnDialog } from "./spawn-dialog.tsx";

/** `#swarm/spawn` is the dialog. */
const SPAWN = "spawn";

export function SwarmTab({ asked }: { readonly asked: string }) {
  const { state, go } = useHive();
  const [spawning, setSpawning] = useState(false);
  const closeSpawn = (): void => {
    setSpawning(false);
    if (asked === SPAWN) go({ page: "dashboard", tab: "swarm", detail: "" });
  };
  const [doomed, setDoomed] = useState<string | undefined>(undefined);
  const agents = [...state.value.agents.values()].sort(byRole);
  return (
    <Section
      title="the swarm"
      note={agents.length === 0 ? undefined : summary(agents)}
      aside={
        <button type="button" class="button strong" onClick={() => setSpawning(true)}>
          + spawn
        </button>
      }
    >
      {agents.length === 0 ? (
        <Empty command="hivectl agent spawn alice">
          no agents yet. an agent is a claude that keeps its own files, reads its messages and writes to
          others; spawn one here or in a terminal.
        </Empty>
      ) : (
        <ul class="agents">
          {agents.map((agent) => (
            <AgentCard key={agent.name} agent={agent} onDestroy={() => setDoomed(agent.name)} />
          ))}
        </ul>
      )}
      {(spawning || asked === SPAWN) && <SpawnDialog onClose={closeSpawn} />}
      {doomed !== undefined && <DestroyDialog name={doomed} onClose={() => setDoomed(undefined)} />}
    </Section>
  );
}

function summary(agents: readonly AgentRow[]): string {
  const working = agents.filter((agent) => agent.connected && agent.state?.kind === "turn").length;
  const queued = agents.reduce((sum, agent) => sum + agent.queued, 0);
  const cost = agents.reduce((sum, agent) => sum + agent.cost_today_usd, 0);
  const parts = [plural(agents.length, "agent"), `${working} working`];
  if (queued > 0) parts.push(`${plural(queued, "message")} waiting`);
  return [...parts, `${money(cost)} today`].join(" · ");
}
