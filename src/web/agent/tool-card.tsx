/** One tool use: a command with its output, one of our tools as a sentence, an edit as a diff, or folded JSON. */
import type { ComponentChildren } from "preact";
import { formatDuration } from "../../lib/duration.ts";
import { toolAnswer } from "../../lib/tool-answer.ts";
import { clockTime, oneLine } from "../format.ts";
import { Spinner } from "../ui/action.tsx";
import { Party } from "../ui/bits.tsx";
import { Diff } from "../ui/diff.tsx";
import { Markdown } from "../ui/markdown.tsx";
import type { ToolBlock } from "./blocks.ts";
import {
  type CommandEnd,
  commandEnd,
  type DiffLine,
  subagentReport,
  type ToolView,
  viewTool,
} from "./tool-view.ts";

interface CardProps {
  readonly block: ToolBlock;
  /** What a subagent did, drawn. */
  readonly children: ComponentChildren;
}

export function ToolCard({ block, children }: CardProps) {
  const view = viewTool(block.use.name, block.use.input);
  const failed = block.result?.is_error === true;
  return (
    <div
      class={`block tool ${view.kind}${failed ? " failed" : ""}`}
      data-tool={block.use.name}
      title={clockTime(block.at)}
    >
      <Body block={block} view={view} />
      {block.children.length > 0 && <div class="children">{children}</div>}
    </div>
  );
}

function Body({ block, view }: { readonly block: ToolBlock; readonly view: ToolView }) {
  switch (view.kind) {
    case "bash":
      return <Bash block={block} command={view.command} note={view.note} />;
    case "hive":
      return <Sentence block={block} verb={view.verb} sentence={view.sentence} body={view.body} />;
    case "subagent":
      return <Subagent block={block} sentence={view.sentence} prompt={view.prompt} />;
    case "edit":
      return <Edit block={block} path={view.path} diff={view.diff} />;
    case "read":
      return <Folded block={block} title={view.sentence} />;
    case "other":
      return <Folded block={block} title={view.name} input={view.input} />;
  }
}

function Status({ block, end }: { readonly block: ToolBlock; readonly end?: CommandEnd | undefined }) {
  if (block.result === undefined) return <Spinner />;
  const took = block.endedAt === undefined ? 0 : Date.parse(block.endedAt) - Date.parse(block.at);
  const bad = block.result.is_error || (end?.code !== undefined && end.code !== 0);
  return (
    <span class="status">
      <span class={bad ? "bad-text" : "good-text"}>{end?.said ?? (bad ? "✗" : "✓")}</span>
      {took >= 1000 && <span class="faint"> {formatDuration(took)}</span>}
    </span>
  );
}

interface BashProps {
  readonly block: ToolBlock;
  readonly command: string;
  readonly note: string | undefined;
}

function Bash({ block, command, note }: BashProps) {
  const end = block.result === undefined ? undefined : commandEnd(block.result.text);
  const text = block.output === "" ? (end?.text ?? "") : block.output;
  return (
    <>
      <header>
        <code class="command">
          <span class="prompt" aria-hidden="true">
            ${" "}
          </span>
          {command}
        </code>
        <Status block={block} end={end} />
      </header>
      {note !== undefined && <p class="faint">{note}</p>}
      <Output text={text} live={block.result === undefined} truncated={block.result?.truncated === true} />
    </>
  );
}

interface OutputProps {
  readonly text: string;
  readonly live?: boolean;
  readonly truncated?: boolean;
}

const SHORT_LINES = 14;

/** Long output is folded to its end, where the news is. */
function Output({ text, live = false, truncated = false }: OutputProps) {
  const trimmed = text.replace(/\n+$/, "");
  if (trimmed === "") return null;
  const lines = trimmed.split("\n");
  const tail = lines.slice(-SHORT_LINES).join("\n");
  if (lines.length <= SHORT_LINES) return <pre class={live ? "output live" : "output"}>{trimmed}</pre>;
  return (
    <details class="long">
      <summary>
        {lines.length} lines{truncated && ", cut"}
        <span class="when-closed">
          {" "}
          · show all
          <pre class="output">{tail}</pre>
        </span>
      </summary>
      <pre class="output whole">{trimmed}</pre>
    </details>
  );
}

interface SentenceProps {
  readonly block: ToolBlock;
  readonly verb: string;
  readonly sentence: string;
  readonly body: string | undefined;
}

function Sentence({ block, verb, sentence, body }: SentenceProps) {
  return (
    <>
      <Title block={block} sign="⬡" sentence={sentence} />
      {body !== undefined && (
        <div class="said">
          <Markdown text={body} />
        </div>
      )}
      <Answer block={block} verb={verb} />
    </>
  );
}

interface TitleProps {
  readonly block: ToolBlock;
  readonly sign: string;
  readonly sentence: string;
}

function Title({ block, sign, sentence }: TitleProps) {
  return (
    <header>
      <span class="sentence">
        <span class="sign" aria-hidden="true">
          {sign}
        </span>{" "}
        {sentence}
      </span>
      <Status block={block} />
    </header>
  );
}

function Answer({ block, verb }: { readonly block: ToolBlock; readonly verb: string }) {
  const { text: result = "", is_error: failed = false } = block.result ?? {};
  if (result === "") return null;
  if (failed) return <pre class="output">{result}</pre>;
  const answer = toolAnswer(verb, result);
  switch (answer.kind) {
    case "nothing":
      return null;
    case "sentence":
      return <p class="outcome">{answer.text}</p>;
    case "quote":
      return (
        <div class="said reply">
          <Party name={answer.from} />
          <Markdown text={answer.text} />
        </div>
      );
    case "unknown":
      return (
        <details class="answer">
          <summary>{oneLine(result, 100)}</summary>
          <pre class="output">{result}</pre>
        </details>
      );
  }
}

interface SubagentProps {
  readonly block: ToolBlock;
  readonly sentence: string;
  readonly prompt: string | undefined;
}

function Subagent({ block, sentence, prompt }: SubagentProps) {
  const report = subagentReport(block.result?.text ?? "");
  return (
    <>
      <Title block={block} sign="↳" sentence={sentence} />
      {prompt !== undefined && (
        <details class="answer">
          <summary>its task: {oneLine(prompt, 90)}</summary>
          <pre class="output">{prompt}</pre>
        </details>
      )}
      {report !== "" &&
        (block.result?.is_error === true ? (
          <pre class="output">{report}</pre>
        ) : (
          <div class="said">
            <Markdown text={report} />
          </div>
        ))}
    </>
  );
}

interface EditProps {
  readonly block: ToolBlock;
  readonly path: string;
  readonly diff: readonly DiffLine[];
}

function Edit({ block, path, diff }: EditProps) {
  const added = diff.filter(({ sign }) => sign === "+").length;
  const removed = diff.filter(({ sign }) => sign === "-").length;
  return (
    <>
      <header>
        <span class="sentence">
          <span class="sign" aria-hidden="true">
            ✎
          </span>{" "}
          <code>{path}</code> <span class="good-text">+{added}</span> <span class="bad-text">−{removed}</span>
        </span>
        <Status block={block} />
      </header>
      <Diff lines={diff} open={diff.length <= 24} />
      {block.result?.is_error === true && <Output text={block.result.text} />}
    </>
  );
}

interface FoldedProps {
  readonly block: ToolBlock;
  readonly title: string;
  readonly input?: unknown;
}

/** What failed is open: it says why. */
function Folded({ block, title, input }: FoldedProps) {
  return (
    <details open={block.result?.is_error === true}>
      <summary>
        <span class="sentence">{title}</span> <Status block={block} />
      </summary>
      {input !== undefined && <pre class="output">{JSON.stringify(input, null, 2)}</pre>}
      <Output text={block.result?.text ?? ""} truncated={block.result?.truncated === true} />
    </details>
  );
}
