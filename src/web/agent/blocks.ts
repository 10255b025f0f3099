/** From a flat list of journal events to what is drawn: turns of blocks, tools joined with their results. Pure. */
import type { JournalData, JournalEvent } from "../../wire/journal.ts";

type Of<K extends JournalData["kind"]> = Extract<JournalData, { kind: K }>;

export interface ToolBlock {
  readonly type: "tool";
  readonly seq: number;
  readonly at: string;
  readonly use: Of<"tool_use">;
  result?: Of<"tool_result">;
  endedAt?: string;
  /** What a command has printed so far. */
  output: string;
  /** What the subagent did. */
  readonly children: Block[];
}

export type Block =
  | {
      readonly type: "message";
      readonly seq: number;
      readonly at: string;
      readonly id: string;
      readonly from: string;
      readonly body: string;
    }
  | {
      readonly type: "text" | "thinking";
      readonly seq: number;
      readonly at: string;
      readonly text: string;
    }
  | ToolBlock
  | {
      readonly type: "notice";
      readonly seq: number;
      readonly at: string;
      readonly level: "info" | "warn" | "error";
      readonly text: string;
    }
  | { readonly type: "raw"; readonly seq: number; readonly line: string };

export interface Turn {
  /** Stable while events are added. */
  readonly key: string;
  readonly seq: number;
  readonly at: string;
  start?: Of<"turn_start">;
  end?: Of<"turn_end">;
  endedAt?: string;
  readonly blocks: Block[];
  /** Last seq inside: unchanged means nothing to draw again. */
  last: number;
  /** Events before this turn's first are no longer stored. */
  gapBefore: boolean;
}

/** Longest printed output kept for one command. */
const OUTPUT_BOUND = 256 * 1024;

interface Build {
  readonly turns: Turn[];
  readonly tools: Map<string, ToolBlock>;
}

export function turnsOf(events: readonly JournalEvent[], gaps: ReadonlySet<number> = new Set()): Turn[] {
  const build: Build = { turns: [], tools: new Map() };
  let before: number | undefined;
  for (const event of events) {
    const gapBefore = before !== undefined && gaps.has(before);
    add(build, event, gapBefore);
    before = event.seq;
  }
  return build.turns;
}

function add(build: Build, event: JournalEvent, gapBefore: boolean): void {
  const { data } = event;
  if (data.kind === "turn_start") {
    openTurn(build, event, gapBefore).start = data;
    return;
  }
  const current = build.turns.at(-1);
  // What comes between turns (a state, a notice) stands by itself.
  const between = current === undefined || gapBefore || (current.end !== undefined && drawsAlone(data));
  if (current === undefined && !drawsAlone(data)) return;
  const turn = between ? openTurn(build, event, gapBefore) : current;
  turn.last = event.seq;
  place(build, turn, event);
}

function drawsAlone(data: JournalData): boolean {
  return data.kind !== "state" && data.kind !== "todos";
}

function openTurn(build: Build, { seq, at }: JournalEvent, gapBefore: boolean): Turn {
  const turn: Turn = { key: `t${seq}`, seq, at, blocks: [], last: seq, gapBefore };
  build.turns.push(turn);
  return turn;
}

function place(build: Build, turn: Turn, { seq, at, data }: JournalEvent): void {
  switch (data.kind) {
    case "turn_end":
      turn.end = data;
      turn.endedAt = at;
      return;
    case "tool_use": {
      const block: ToolBlock = { type: "tool", seq, at, use: data, output: "", children: [] };
      build.tools.set(data.tool_use_id, block);
      listFor(build, turn, data.parent_tool_use_id).push(block);
      return;
    }
    case "tool_result":
      finishTool(build, turn, { seq, at, data });
      return;
    case "bash_output":
      printOutput(build, turn, data);
      return;
    case "text":
    case "thinking":
      listFor(build, turn, data.parent_tool_use_id).push({ type: data.kind, seq, at, text: data.text });
      return;
    case "message_in":
      turn.blocks.push({ type: "message", seq, at, id: data.id, from: data.from, body: data.body });
      return;
    case "notice":
      turn.blocks.push({ type: "notice", seq, at, level: data.level, text: data.text });
      return;
    case "raw":
      turn.blocks.push({ type: "raw", seq, line: data.line });
      return;
    case "turn_start":
    case "state":
    case "todos":
      return;
  }
}

function listFor(build: Build, turn: Turn, parent: string | undefined): Block[] {
  return (parent === undefined ? undefined : build.tools.get(parent)?.children) ?? turn.blocks;
}

interface Result {
  readonly seq: number;
  readonly at: string;
  readonly data: Of<"tool_result">;
}

/** A result whose use is not on this page (its start was cut away) is shown as a tool without a name. */
function finishTool(build: Build, turn: Turn, { seq, at, data }: Result): void {
  const known = build.tools.get(data.tool_use_id);
  if (known !== undefined) {
    known.result = data;
    known.endedAt = at;
    return;
  }
  const use: Of<"tool_use"> = { kind: "tool_use", tool_use_id: data.tool_use_id, name: "tool", input: {} };
  const block: ToolBlock = {
    type: "tool",
    seq,
    at,
    use,
    result: data,
    endedAt: at,
    output: "",
    children: [],
  };
  build.tools.set(data.tool_use_id, block);
  listFor(build, turn, data.parent_tool_use_id).push(block);
}

/** Without a tool use id it belongs to the newest command that has no result yet. */
function printOutput(build: Build, turn: Turn, data: Of<"bash_output">): void {
  const named = data.tool_use_id === undefined ? undefined : build.tools.get(data.tool_use_id);
  const open = [...build.tools.values()].filter((tool) => isBash(tool.use.name) && tool.result === undefined);
  const tool = named ?? open.at(-1);
  if (tool !== undefined) tool.output = (tool.output + data.text).slice(-OUTPUT_BOUND);
  else turn.blocks.push({ type: "raw", seq: turn.last, line: data.text });
}

export function isBash(name: string): boolean {
  return name === "Bash" || name === "mcp__bash__run" || name === "mcp__bash__run_background";
}
