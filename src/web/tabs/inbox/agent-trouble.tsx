/** An agent that cannot go on by itself, and what helps. */
import type { AgentRow } from "../../../wire/agents.ts";
import { actionsFor } from "../../agent-actions.ts";
import { viewAgent } from "../../agent-view.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Age, Party, Word } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";

export function AgentTrouble({ agent }: { readonly agent: AgentRow }) {
  const hive = useHive();
  const view = viewAgent(agent, hive.now.value);
  const helps = actionsFor(hive, agent).filter(({ name }) => name === "start" || name === "restart");
  return (
    <>
      <header>
        <span class="kind">stuck</span>
        <Party name={agent.name} /> <Word tone={view.tone}>{view.word}</Word>
        {view.since !== undefined && (
          <span class="dim">
            since <Age at={view.since} />
          </span>
        )}
      </header>
      {view.line !== "" && <p class="ask">{view.line}</p>}
      <div class="answer-row">
        <code class="dim">{remedy(agent)}</code>
        <span class="grow" />
        <Link to={{ page: "agent", name: agent.name }} class="button plain">
          open
        </Link>
        {helps.map((action) => (
          <Action key={action.name} work={action.work} title={action.title} weight="strong">
            {action.name}
          </Action>
        ))}
      </div>
    </>
  );
}

function remedy(agent: AgentRow): string {
  return agent.state?.kind === "needs_login" && agent.process === "running"
    ? "hivectl doctor"
    : `hivectl agent logs ${agent.name}`;
}
