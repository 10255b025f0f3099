/** D3PLOYS: what ran of one agent's configuration, what runs, and back to it. */
import { useEffect, useState } from "preact/hooks";
import { configEndpoints, type DeploymentRow } from "../../../wire/config.ts";
import { byRole } from "../../agent-view.ts";
import { plural } from "../../format.ts";
import { useHive } from "../../hive.ts";
import type { HiveState } from "../../state.ts";
import { Empty, Section } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { Deployment } from "./deployment.tsx";
import { RollbackDialog } from "./rollback-dialog.tsx";

export function DeploysTab({ agent }: { readonly agent: string }) {
  const names = [...useHive().state.value.agents.values()].sort(byRole).map(({ name }) => name);
  const chosen = agent === "" ? names[0] : agent;
  if (chosen === undefined)
    return <Empty command="hivectl agent spawn alice">no agents yet, and so nothing was deployed.</Empty>;
  return (
    <>
      <nav class="agent-choice" aria-label="agents">
        {names.map((name) => (
          <Link
            key={name}
            to={{ page: "dashboard", tab: "deploys", detail: name }}
            class="button plain"
            current={name === chosen}
          >
            {name}
          </Link>
        ))}
      </nav>
      <History key={chosen} agent={chosen} />
    </>
  );
}

function History({ agent }: { readonly agent: string }) {
  const deployments = useDeployments(agent);
  const [back, setBack] = useState<DeploymentRow | undefined>(undefined);
  const current = deployments?.find((one) => one.current);
  return (
    <Section
      title={`deployments of ${agent}`}
      note={
        deployments === undefined || deployments.length === 0
          ? undefined
          : `${plural(deployments.length, "request")}, newest first`
      }
    >
      {deployments === undefined ? (
        <p class="dim">asking the hive…</p>
      ) : deployments.length === 0 ? (
        <Empty command={`hivectl message send ${agent} "make yourself a configuration repository"`}>
          {agent} runs as it was spawned: it has no configuration repository yet. it, or the manager, asks for
          one; from then on each change is here, and each can be undone.
        </Empty>
      ) : (
        <ul class="deployments">
          {deployments.map((one) => (
            <Deployment
              key={String(one.id)}
              agent={agent}
              deployment={one}
              current={current}
              onRollback={() => setBack(one)}
            />
          ))}
        </ul>
      )}
      {back !== undefined && (
        <RollbackDialog agent={agent} to={back} current={current} onClose={() => setBack(undefined)} />
      )}
    </Section>
  );
}

/** Asked again whenever something of this agent was requested, decided or has ended. */
function useDeployments(agent: string): readonly DeploymentRow[] | undefined {
  const hive = useHive();
  const [deployments, setDeployments] = useState<readonly DeploymentRow[] | undefined>(undefined);
  const version = versionOf(hive.state.value, agent);
  useEffect(() => {
    let late = false;
    hive
      .call(configEndpoints.configLog, { name: agent })
      .then((answer) => late || setDeployments(answer.deployments))
      .catch((thrown: unknown) => late || hive.fail(thrown));
    return () => {
      late = true;
    };
  }, [agent, version, hive]);
  return deployments;
}

function versionOf({ operations, approvals }: HiveState, agent: string): string {
  const work = [...operations.values()].filter((one) => one.agent === agent);
  const asked = [...approvals.values()].filter(({ payload }) => payload?.["agent"] === agent);
  return [
    ...work.map(({ id, state }) => `${id}${state}`),
    ...asked.map(({ id, status }) => `${id}${status}`),
  ].join();
}
