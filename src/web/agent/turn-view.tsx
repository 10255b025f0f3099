/** One turn: what came in, what was done, how it ended. */
import { formatDuration } from "../../lib/duration.ts";
import type { TurnOutcome } from "../../wire/journal.ts";
import type { TurnUsage } from "../../wire/usage.ts";
import type { Tone } from "../agent-view.ts";
import { clockTime, count, day, money, oneLine, plural } from "../format.ts";
import { Party, Word } from "../ui/bits.tsx";
import { Markdown } from "../ui/markdown.tsx";
import type { Block, Turn } from "./blocks.ts";
import { ToolCard } from "./tool-card.tsx";

export function TurnView({ turn }: { readonly turn: Turn }) {
  const { start, end } = turn;
  return (
    <article
      class={start === undefined ? "turn loose" : "turn"}
      data-turn={turn.seq}
      data-place={`e${turn.seq}`}
      tabIndex={-1}
    >
      {turn.gapBefore && <p class="gap">older events between here and above are no longer stored</p>}
      {start !== undefined && (
        <header class="turn-head">
          <span>
            turn {start.attempt > 1 && <span class="chip amber">attempt {start.attempt}</span>}
            {start.session !== "warm" && <span class="chip">{SESSION[start.session]}</span>}
          </span>
          <time dateTime={turn.at} title={`${day(turn.at)} ${clockTime(turn.at)}`}>
            {clockTime(turn.at)}
          </time>
        </header>
      )}
      {start?.messages.map((message) => (
        <Incoming key={message.id} from={message.from} body={message.body} />
      ))}
      <Blocks blocks={turn.blocks} />
      {end !== undefined && <TurnEnd outcome={end.outcome} reason={end.reason} usage={end.usage} />}
    </article>
  );
}

const SESSION = {
  new: "new session",
  resumed: "resumed",
  lost: "session was lost, begun anew",
} as const;

export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block) => (
        <div key={block.seq} class="place" data-place={`e${block.seq}`} tabIndex={-1}>
          <BlockView block={block} />
        </div>
      ))}
    </>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case "message":
      return <Incoming from={block.from} body={block.body} at={block.at} joined />;
    case "text":
      return (
        <div class="block says" title={clockTime(block.at)}>
          <Markdown text={block.text} />
        </div>
      );
    case "thinking":
      return (
        <details class="block thinking" title={clockTime(block.at)}>
          <summary>
            thinks <span class="faint">{oneLine(block.text, 90)}</span>
          </summary>
          <Markdown text={block.text} />
        </details>
      );
    case "tool":
      return (
        <ToolCard block={block}>
          <Blocks blocks={block.children} />
        </ToolCard>
      );
    case "notice":
      return (
        <p class={`block notice ${block.level}`} title={clockTime(block.at)}>
          <span aria-hidden="true">{block.level === "info" ? "·" : "▲"}</span> {block.text}
        </p>
      );
    case "raw":
      return (
        <details class="block raw">
          <summary>
            a line this version does not know <span class="faint">{oneLine(block.line, 60)}</span>
          </summary>
          <pre>{block.line}</pre>
        </details>
      );
  }
}

interface IncomingProps {
  readonly from: string;
  readonly body: string;
  readonly at?: string;
  readonly joined?: boolean;
}

function Incoming({ from, body, at, joined = false }: IncomingProps) {
  return (
    <div
      class={from === "operator" ? "block incoming mine" : "block incoming"}
      title={at === undefined ? undefined : clockTime(at)}
    >
      <header>
        <span class="dim">from</span> <Party name={from} />
        {joined && <span class="chip urgent">joined the turn</span>}
      </header>
      <Markdown text={body} />
    </div>
  );
}

const OUTCOME_TONE: Readonly<Record<TurnOutcome, Tone>> = {
  ok: "good",
  error: "bad",
  interrupted: "warn",
  needs_login: "bad",
  rate_limited: "warn",
  lost: "warn",
};

interface EndProps {
  readonly outcome: TurnOutcome;
  readonly reason: string | undefined;
  readonly usage: TurnUsage | undefined;
}

function TurnEnd({ outcome, reason, usage }: EndProps) {
  return (
    <footer class="turn-end">
      <Word tone={OUTCOME_TONE[outcome]}>{outcome === "ok" ? "done" : outcome.replaceAll("_", " ")}</Word>
      {reason !== undefined && <span>{reason}</span>}
      {usage !== undefined && (
        <span class="dim">
          {formatDuration(usage.duration_ms)} · {money(usage.cost_usd)} · {plural(usage.num_turns, "request")}{" "}
          · {count(usage.output_tokens)} tokens out
        </span>
      )}
    </footer>
  );
}
