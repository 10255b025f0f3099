/** Who it is, how it is, and what can be done to it. */
import type { AgentRow } from "../../wire/agents.ts";
import { HARNESS_WORDS, type Tone, viewAgent } from "../agent-view.ts";
import { count, money } from "../format.ts";
import { useHive } from "../hive.ts";
import { Age, Lights, Mark, Party, Word } from "../ui/bits.tsx";
import { FindButton } from "../ui/find-button.tsx";
import { Link } from "../ui/link.tsx";
import { Controls } from "./controls.tsx";
import { InboxFlyout } from "./inbox-flyout.tsx";
import type { Journal } from "./journal.ts";
import { Pickers } from "./pickers.tsx";

interface HeadProps {
  readonly name: string;
  readonly row: AgentRow | undefined;
  readonly journal: Journal;
}

export function Head({ name, row, journal }: HeadProps) {
  const hive = useHive();
  return (
    <header class="agent-head">
      <div class="agent-title">
        {hive.mode === "hive" && (
          <Link
            to={{ page: "dashboard", tab: "swarm", detail: "" }}
            class="button quiet back"
            label="back to the swarm"
          >
            ← <span class="wide-only">swarm</span>
          </Link>
        )}
        {hive.mode === "harness" && <Mark />}
        <h1>
          <Party name={name} />
        </h1>
        {hive.mode === "hive" && <FindButton />}
        <State row={row} journal={journal} />
        {row !== undefined && !row.isolated && <span class="chip amber">▲ not isolated</span>}
      </div>
      <div class="agent-tools">
        <Gauges row={row} journal={journal} />
        <Pickers name={name} row={row} journal={journal} />
        <Controls name={name} row={row} journal={journal} />
      </div>
    </header>
  );
}

interface Said {
  readonly word: string;
  readonly tone: Tone;
  readonly since: string | undefined;
  readonly line: string;
}

function State({ row, journal }: { readonly row: AgentRow | undefined; readonly journal: Journal }) {
  const now = useHive().now.value;
  const info = journal.info.value;
  const view = row === undefined ? undefined : viewAgent(row, now);
  const said: Said | undefined =
    view ??
    (info && {
      ...HARNESS_WORDS[info.state.kind],
      since: info.state_since,
      line: info.connected ? "" : "the hive is not reachable from here",
    });
  if (said === undefined) return null;
  return (
    <>
      <span class="state">
        <Word tone={said.tone}>{said.word}</Word>{" "}
        {said.since !== undefined && (
          <span class="dim">
            for <Age at={said.since} bare />
          </span>
        )}
      </span>
      {view !== undefined && <Lights lights={view.lights} />}
      {said.line !== "" && <span class="doing">{said.line}</span>}
    </>
  );
}

/** The window of today's models; a name may say otherwise. */
const WINDOW = 200_000;

function windowOf(model: string | undefined): number {
  return model?.includes("[1m]") === true ? 1_000_000 : WINDOW;
}

function Gauges({ row, journal }: { readonly row: AgentRow | undefined; readonly journal: Journal }) {
  const model = row?.active_model ?? row?.model ?? journal.info.value?.active_model;
  const context = row?.context_tokens ?? lastContext(journal);
  const size = windowOf(model);
  return (
    <dl class="gauges">
      {context !== undefined && (
        <div title={`${context} of ${size} tokens`}>
          <dt>context</dt>
          <dd>
            <meter min={0} max={size} high={size * 0.8} value={context} aria-label="context used" />{" "}
            {count(context)}
          </dd>
        </div>
      )}
      {row !== undefined && (
        <div>
          <dt>today</dt>
          <dd>{money(row.cost_today_usd)}</dd>
        </div>
      )}
      <div>
        <dt>queue</dt>
        <dd>{row === undefined ? (journal.info.value?.queued ?? 0) : <InboxFlyout row={row} />}</dd>
      </div>
    </dl>
  );
}

function lastContext(journal: Journal): number | undefined {
  const end = journal.transcript.value.events.findLast(
    ({ data }) => data.kind === "turn_end" && data.usage?.context_tokens !== undefined,
  );
  return end?.data.kind === "turn_end" ? end.data.usage?.context_tokens : undefined;
}
