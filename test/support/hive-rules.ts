// A script for the simulated model that does what a message says, so that a test reads in one place:
// `bash<<command>>`, `tell bob<<text>>`, `ask<<question>>`, `remind<<text>>`. After a tool it repeats what it said.
import type { RuleInput } from "./model-simulator/script.ts";

interface Order {
  /** The word before `<<`; its groups come before the text's. */
  readonly word: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const ORDERS: readonly Order[] = [
  { word: "bash", tool: "mcp__bash__run", input: { command: "{{match.1}}" } },
  { word: "background", tool: "mcp__bash__run_background", input: { command: "{{match.1}}" } },
  {
    word: "tell ([a-z0-9-]+)",
    tool: "mcp__hyperhive__send",
    input: { to: "{{match.1}}", body: "{{match.2}}" },
  },
  {
    word: "tell urgently ([a-z0-9-]+)",
    tool: "mcp__hyperhive__send",
    input: { to: "{{match.1}}", body: "{{match.2}}", priority: "urgent" },
  },
  { word: "ask", tool: "mcp__hyperhive__ask", input: { question: "{{match.1}}" } },
  { word: "remind", tool: "mcp__hyperhive__remind", input: { in_seconds: 1, body: "{{match.1}}" } },
  { word: "status", tool: "mcp__hyperhive__set_status", input: { text: "{{match.1}}" } },
  {
    word: "want ([a-z0-9-]+)",
    tool: "mcp__hyperhive__request_spawn",
    input: { name: "{{match.1}}", reason: "{{match.2}}", prompt: "hello newcomer" },
  },
  {
    word: "hire ([a-z0-9-]+) as ([a-z]+) with ([a-z]+)",
    tool: "mcp__hyperhive__request_spawn",
    input: {
      name: "{{match.1}}",
      reason: "nobody reviews the parser",
      role: "{{match.2}}",
      packages: ["{{match.3}}"],
      model: "haiku",
      persona: "{{match.4}}",
    },
  },
  {
    word: "update",
    tool: "mcp__hyperhive__request_update_meta_inputs",
    input: { reason: "{{match.1}}" },
  },
  {
    word: "remove ([a-z0-9-]+)",
    tool: "mcp__hyperhive__request_destroy",
    input: { agent: "{{match.1}}", reason: "{{match.2}}" },
  },
  {
    word: "init ([a-z0-9-]+)",
    tool: "mcp__hyperhive__request_init_config",
    input: { agent: "{{match.1}}", reason: "{{match.2}}" },
  },
  {
    word: "apply ([a-z0-9-]+)",
    tool: "mcp__hyperhive__request_apply_commit",
    input: { agent: "{{match.1}}", commit: "{{match.2}}", reason: "a better model" },
  },
];

export function puppetRules(): RuleInput[] {
  const orders = ORDERS.map(
    ({ word, tool, input }): RuleInput => ({
      name: `order ${word.split(" (")[0]}`,
      when: { agent: "*", last_user: `/\\b${word}<<(.+?)>>/s` },
      tool_use: { name: tool, input: { ...input } },
    }),
  );
  return [
    ...orders,
    { name: "after a tool", when: { agent: "*", tool_result: true }, say: "the tool said: {{tool_result}}" },
    { name: "slow", when: { agent: "*", last_user: "/slow (\\d+)/" }, think_ms: 3000, say: "slowly done" },
  ];
}
