/** One agent in the list. */
import type { AgentRow } from "../../../wire/agents.ts";
import { type AgentAction, actionsFor } from "../../agent-actions.ts";
import { viewAgent } from "../../agent-view.ts";
import { count, modelName, money } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Age, Lights, Party, Word } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";

interface CardProps {
  readonly agent: AgentRow;
  readonly onDestroy: () => void;
}

export function AgentCard({ agent, onDestroy }: CardProps) {
  const hive = useHive();
  const view = viewAgent(agent, hive.now.value);
  return (
    <li class={`agent ${view.tone}`} data-agent={agent.name}>
      <div class="who">
        <Link to={{ page: "agent", name: agent.name }} class="agent-name">
          <Party name={agent.name} />
        </Link>
        {agent.role === "manager" && <span class="chip mauve">manager</span>}
        {!agent.isolated && (
          <span class="chip amber" title={`backend "${agent.backend}" does not isolate it from this machine`}>
            ▲ not isolated
          </span>
        )}
        <span class="state">
          <Word tone={view.tone}>{view.word}</Word>{" "}
          {view.since !== undefined && (
            <span class="dim">
              for <Age at={view.since} bare />
            </span>
          )}
        </span>
      </div>
      {view.line !== "" && <p class="doing">{view.line}</p>}
      <Lights lights={view.lights} />
      <Numbers agent={agent} />
      <CardActions actions={actionsFor(hive, agent)} agent={agent} onDestroy={onDestroy} />
    </li>
  );
}

function Numbers({ agent }: { readonly agent: AgentRow }) {
  const model = agent.active_model ?? agent.model;
  return (
    <dl class="numbers">
      <div
        class={agent.queued > 0 ? "lit" : ""}
        title={`${agent.queued} messages wait, ${agent.in_turn} in the running turn`}
      >
        <dt>queue</dt>
        <dd>
          {agent.queued}
          {agent.in_turn > 0 && <span class="dim"> +{agent.in_turn}</span>}
        </dd>
      </div>
      <div>
        <dt>today</dt>
        <dd>{money(agent.cost_today_usd)}</dd>
      </div>
      <div>
        <dt>context</dt>
        <dd>{agent.context_tokens === undefined ? "—" : count(agent.context_tokens)}</dd>
      </div>
      <div>
        <dt>model</dt>
        <dd>
          {model === undefined ? "default" : modelName(model)}
          {agent.effort !== undefined && <span class="dim"> {agent.effort}</span>}
        </dd>
      </div>
      <div class={agent.restarts > 0 ? "lit" : ""}>
        <dt>restarts</dt>
        <dd>{agent.restarts}</dd>
      </div>
    </dl>
  );
}

interface ActionsProps extends CardProps {
  readonly actions: readonly AgentAction[];
}

function CardActions({ actions, agent, onDestroy }: ActionsProps) {
  return (
    <div class="actions">
      <Link to={{ page: "agent", name: agent.name }} class="button plain open" label={`open ${agent.name}`}>
        open
      </Link>
      {actions.map((action) => (
        <Action
          key={action.name}
          work={action.work}
          title={action.title}
          label={`${action.name} ${agent.name}`}
          weight={action.name === "start" || action.name === "resume" ? "strong" : "plain"}
        >
          {action.name}
        </Action>
      ))}
      <button type="button" class="button quiet" aria-label={`destroy ${agent.name}`} onClick={onDestroy}>
        destroy…
      </button>
    </div>
  );
}
