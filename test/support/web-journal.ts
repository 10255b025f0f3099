/** One agent's transcript with every kind of card, for the pages' test bed. Data only. */
import type { JournalData, JournalEvent } from "../../src/wire/journal.ts";
import { HOSTILE, sceneId } from "./web-scene.ts";

const USAGE = {
  input_tokens: 1200,
  output_tokens: 2300,
  cache_read_tokens: 61_000,
  cache_write_tokens: 900,
  num_turns: 6,
  context_tokens: 84_200,
};

export function journalScene(now: number): JournalEvent[] {
  const data: readonly JournalData[] = [
    ...Array.from({ length: 30 }, (_, i) => filler(i)).flat(),
    ...FIRST_TURN,
    ...SECOND_TURN,
  ];
  return data.map((one, i) => ({
    seq: i + 1,
    at: new Date(now - (data.length - i) * 4000).toISOString(),
    data: one,
  }));
}

function filler(i: number): JournalData[] {
  const id = `toolu_f${i}`;
  return [
    {
      kind: "turn_start",
      lease_id: sceneId(700 + i),
      attempt: 1,
      session_id: "s",
      session: i === 0 ? "new" : "warm",
      messages: [{ id: sceneId(800 + i), from: "bob", body: `is build ${400 + i} yours?` }],
    },
    {
      kind: "tool_use",
      tool_use_id: id,
      name: "mcp__bash__run",
      input: { command: `git log -1 --format=%an build-${400 + i}` },
    },
    {
      kind: "tool_result",
      tool_use_id: id,
      text: i % 3 === 0 ? "alice\n[command c0: exit code 0, 120ms]" : "bob\n[command c0: exit code 0, 120ms]",
      is_error: false,
    },
    { kind: "text", text: i % 3 === 0 ? "yes, that one is mine." : "no, that is yours." },
    {
      kind: "turn_end",
      lease_id: sceneId(700 + i),
      outcome: "ok",
      usage: { ...USAGE, cost_usd: 0.011, duration_ms: 5200, num_turns: 2 },
    },
  ];
}

const FIRST_TURN: readonly JournalData[] = [
  {
    kind: "turn_start",
    lease_id: sceneId(1),
    attempt: 2,
    session_id: "s",
    session: "lost",
    messages: [
      {
        id: sceneId(100),
        from: "operator",
        body: "the parser holds the whole file in memory. can it stream? start with a test that shows the problem.",
      },
    ],
  },
  {
    kind: "notice",
    level: "warn",
    text: "the session was lost; a new one began with a digest of the last messages",
  },
  {
    kind: "thinking",
    text: "the test must fail for the right reason: memory, not time. so the limit goes on the heap, and the file is generated, not stored.",
  },
  {
    kind: "text",
    text: "i'll look at the parser first.\n\n| form | holds |\n|---|---|\n| `parse(string)` | all |\n| `parseStream()` | one row |\n\nsee [the notes](https://example.org/notes) ![tracker](https://example.org/t.png)",
  },
  { kind: "tool_use", tool_use_id: "t1", name: "Read", input: { file_path: "src/parser.ts" } },
  {
    kind: "tool_result",
    tool_use_id: "t1",
    text: 'export function parse(text: string): Row[] {\n  return text.split("\\n").map(toRow);\n}',
    is_error: false,
  },
  {
    kind: "tool_use",
    tool_use_id: "t2",
    name: "Task",
    input: {
      subagent_type: "explorer",
      description: "find the callers of parse()",
      prompt: "list every call",
    },
  },
  {
    kind: "tool_use",
    tool_use_id: "t3",
    name: "Grep",
    input: { pattern: "parse\\(", path: "src" },
    parent_tool_use_id: "t2",
  },
  {
    kind: "tool_result",
    tool_use_id: "t3",
    text: "cli/import.ts:14\nserver/upload.ts:88",
    is_error: false,
    parent_tool_use_id: "t2",
  },
  { kind: "text", text: "two callers inside `src`, one in the tests.", parent_tool_use_id: "t2" },
  {
    kind: "tool_result",
    tool_use_id: "t2",
    text: "two callers inside src, one in the tests.",
    is_error: false,
  },
  {
    kind: "tool_use",
    tool_use_id: "t4",
    name: "Edit",
    input: {
      file_path: "src/parser.ts",
      old_string: 'export function parse(text: string): Row[] {\n  return text.split("\\n").map(toRow);\n}',
      new_string:
        'export async function* parseStream(lines: AsyncIterable<string>) {\n  for await (const line of lines) yield toRow(line);\n}\n\nexport function parse(text: string): Row[] {\n  return text.split("\\n").map(toRow);\n}',
    },
  },
  { kind: "tool_result", tool_use_id: "t4", text: "ok", is_error: false },
  {
    kind: "tool_use",
    tool_use_id: "t5",
    name: "mcp__bash__run",
    input: { command: "bun test parser", description: "the test must be red" },
  },
  {
    kind: "bash_output",
    command_id: "c1",
    tool_use_id: "t5",
    stream: "stdout",
    text: `${Array.from({ length: 18 }, (_, i) => `✓ parses row ${i}`).join("\n")}\n✗ stays below 32 MiB (41 MiB)\n${HOSTILE}\n`,
  },
  {
    kind: "tool_result",
    tool_use_id: "t5",
    text: "1 failed\n[command c1: exit code 1, 3s]",
    is_error: true,
  },
  {
    kind: "tool_use",
    tool_use_id: "t6",
    name: "mcp__hyperhive__send",
    input: { to: "bob", body: "could you look at who calls `parse()` with a string?", priority: "urgent" },
  },
  { kind: "tool_result", tool_use_id: "t6", text: "sent", is_error: false },
  {
    kind: "message_in",
    id: sceneId(103),
    from: "bob",
    body: "three callers, only `server/upload.ts` needs the stream.",
  },
  {
    kind: "tool_use",
    tool_use_id: "t7",
    name: "mcp__hyperhive__remind",
    input: { in_seconds: 3600, body: "look at the nightly build" },
  },
  { kind: "tool_result", tool_use_id: "t7", text: "set", is_error: false },
  {
    kind: "tool_use",
    tool_use_id: "t8",
    name: "mcp__weather__forecast",
    input: { city: "Bremen", days: 3 },
  },
  { kind: "tool_result", tool_use_id: "t8", text: "no such city", is_error: true },
  { kind: "raw", line: '{"type":"something_new","payload":{"x":1}}' },
  { kind: "text", text: `the test is red as it should be. ${HOSTILE}` },
  {
    kind: "turn_end",
    lease_id: sceneId(1),
    outcome: "ok",
    usage: { ...USAGE, cost_usd: 0.213, duration_ms: 94_000 },
  },
];

const SECOND_TURN: readonly JournalData[] = [
  {
    kind: "turn_start",
    lease_id: sceneId(9),
    attempt: 1,
    session_id: "s",
    session: "warm",
    messages: [
      { id: sceneId(132), from: "operator", body: "and keep the old name exported for one release." },
    ],
  },
  {
    kind: "todos",
    todos: [
      { id: "1", text: "a red test that shows the memory", state: "done" },
      { id: "2", text: "parseStream() beside parse()", state: "doing" },
      { id: "3", text: "tell erin-docs what changed", state: "open" },
    ],
  },
  {
    kind: "tool_use",
    tool_use_id: "u1",
    name: "mcp__hyperhive__ask",
    input: { to: "operator", question: "may the string form become async as well?" },
  },
  {
    kind: "tool_result",
    tool_use_id: "u1",
    text: "no answer yet; it will come as a message",
    is_error: false,
  },
  {
    kind: "tool_use",
    tool_use_id: "u2",
    name: "mcp__bash__run",
    input: { command: "bun test --watch parser" },
  },
  {
    kind: "bash_output",
    command_id: "c2",
    tool_use_id: "u2",
    stream: "stdout",
    text: "bun test v1.4.5\n\nparser.test.ts:\n✓ parses an empty file\n✓ parses one row\n",
  },
];
