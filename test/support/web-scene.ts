/** A plausible evening of six agents, for the pages' test bed and for screenshots. Data only. */
import type { AgentRow, HarnessState } from "../../src/wire/agents.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import type { Snapshot } from "../../src/wire/events.ts";
import type { Message } from "../../src/wire/messages.ts";
import type { Operation } from "../../src/wire/operations.ts";
import type { Question } from "../../src/wire/questions.ts";
import type { Reminder, Schedule } from "../../src/wire/schedules.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An id of the right form that sorts by `n`. */
export function sceneId(n: number): string {
  let text = "";
  for (let rest = n; text.length < 16; rest = Math.floor(rest / 32))
    text = (ALPHABET[rest % 32] ?? "0") + text;
  return `01JDAAAAAA${text}`;
}

export const HOSTILE =
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>[x](javascript:window.pwned=1)';

export function scene(now: number): Snapshot {
  const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
  return {
    seq: 4000,
    at: ago(0),
    info: {
      hive: "honeycomb",
      version: "0.1.0",
      revision: "5d88367a0b1c",
      started_at: ago(7200),
      backend: "process",
      isolated: false,
      demo: false,
      backends: [
        { name: "nixos-container", isolated: true, packages: true },
        { name: "bubblewrap", isolated: true, packages: false },
        { name: "process", isolated: false, packages: false },
      ],
    },
    agents: agents(ago),
    messages: messages(ago),
    questions: questions(ago),
    approvals: approvals(ago),
    operations: operations(ago),
    reminders: reminders(ago),
    schedules: schedules(ago),
  };
}

type Ago = (seconds: number) => string;

interface AgentSketch extends Partial<AgentRow> {
  readonly name: string;
  readonly state?: HarnessState;
}

function agent(ago: Ago, sketch: AgentSketch): AgentRow {
  return {
    role: "agent",
    backend: "bubblewrap",
    isolated: true,
    created_at: ago(90_000),
    expected: "running",
    process: "running",
    started_at: ago(7200),
    restarts: 0,
    connected: true,
    last_seen_at: ago(1),
    state_since: ago(140),
    paused: false,
    model: "sonnet",
    active_model: "claude-sonnet-4-5-20250929",
    web_port: 8142,
    claude_version: "2.1.197",
    queued: 0,
    in_turn: 0,
    pending_reminders: 0,
    cost_today_usd: 0.42,
    context_tokens: 84_200,
    ...sketch,
  };
}

function agents(ago: Ago): AgentRow[] {
  const turn: HarnessState = { kind: "turn", lease_id: sceneId(9), activity: "runs a command" };
  return [
    agent(ago, {
      name: "hm1nd",
      role: "manager",
      state: { kind: "idle" },
      model: "opus",
      active_model: "claude-opus-4-1-20250805",
      cost_today_usd: 3.18,
      context_tokens: 126_000,
    }),
    agent(ago, {
      name: "alice",
      state: turn,
      status_text: "moving the parser to streaming, tests first",
      status_set_at: ago(60),
      queued: 2,
      in_turn: 1,
      state_since: ago(47),
      effort: "high",
    }),
    agent(ago, {
      name: "bob",
      state: { kind: "rate_limited", until: ago(-1460), reason: "the subscription's five hours are used up" },
      queued: 5,
      cost_today_usd: 1.02,
      state_since: ago(900),
    }),
    agent(ago, {
      name: "carol",
      state: { kind: "needs_login", reason: "claude answered that the token is no longer valid" },
      queued: 1,
      cost_today_usd: 0,
      context_tokens: undefined,
      state_since: ago(3000),
    }),
    agent(ago, {
      name: "dave",
      process: "backoff",
      connected: false,
      reason: "the harness exited with code 1 four seconds after its start",
      retry_at: ago(-28),
      restarts: 4,
      state_since: ago(12),
      cost_today_usd: 0.0042,
      backend: "process",
      isolated: false,
    }),
    agent(ago, {
      name: "erin-docs",
      state: { kind: "idle" },
      paused: true,
      status_text: HOSTILE,
      status_set_at: ago(600),
      state_since: ago(610),
      model: "haiku",
      active_model: "claude-haiku-4-5",
      pending_reminders: 1,
    }),
  ];
}

type MessageSketch = readonly [
  from: string,
  to: string,
  body: string,
  state?: Message["state"],
  more?: Partial<Message>,
];

const TALK: readonly MessageSketch[] = [
  [
    "operator",
    "alice",
    "the parser holds the whole file in memory. can it stream? start with a test that shows the problem.",
  ],
  [
    "alice",
    "operator",
    "yes. i'll write a test with a **64 MiB** file under a 32 MiB limit first, then move `parse()` to an async iterator.",
  ],
  [
    "alice",
    "bob",
    "could you look at who calls `parse()` with a string? i want to keep that signature for them.",
  ],
  [
    "bob",
    "alice",
    "three callers:\n\n1. `cli/import.ts`\n2. `server/upload.ts`\n3. `test/golden.test.ts`\n\nonly the second one needs the stream.",
  ],
  ["hm1nd", "alice", "when you are done, tell erin-docs what changed for the reader."],
  ["hm1nd", "bob", "please keep an eye on the build while alice works."],
  ["bob", "hm1nd", "will do. the last five runs were green, 94 s each."],
  ["erin-docs", "hm1nd", "the guide for imports is written. one open point: do we promise an order of rows?"],
  ["operator", "all", "i am away until nine. ask me by question, i will see it on the phone."],
];

function messages(ago: Ago): Message[] {
  const list: Message[] = [];
  const add = ([from, to, body, state = "handled", more = {}]: MessageSketch): void => {
    const n = list.length;
    const at = 6000 - n * 140;
    const reached = ["queued", "delivered", "read", "handled"].indexOf(state);
    list.push({
      id: sceneId(100 + n),
      from,
      to,
      body,
      priority: "normal",
      state,
      redelivered: 0,
      created_at: ago(at),
      ...(reached >= 1 ? { delivered_at: ago(at - 2) } : {}),
      ...(reached >= 2 ? { read_at: ago(at - 3) } : {}),
      ...(reached >= 3 ? { handled_at: ago(at - 70) } : {}),
      ...more,
    });
  };
  for (const sketch of TALK) {
    if (sketch[1] !== "all") add(sketch);
    else for (const to of ["hm1nd", "alice", "bob", "carol", "erin-docs"]) add([sketch[0], to, sketch[2]]);
  }
  for (let i = 0; i < 18; i++) add(["bob", "hm1nd", `build ${412 + i} is green, ${90 + (i % 7)} s.`]);
  add(["alice", "operator", "the test is red as it should be: 41 MiB at the peak. now the move.", "queued"]);
  add(["hm1nd", "carol", "are you there?", "queued", { reason: "carol needs a login" }]);
  add(["system", "bob", "remember to look at the nightly build", "queued", { origin: "reminder" }]);
  add([
    "operator",
    "bob",
    "stop polling, use the webhook",
    "failed",
    { reason: "three attempts ended with an error" },
  ]);
  add([
    "operator",
    "alice",
    "and keep the old name exported for one release.",
    "read",
    { priority: "urgent" },
  ]);
  add(["operator", "alice", "when that is done: what does a row cost now, in bytes?", "queued"]);
  add(["erin-docs", "operator", `hello ${HOSTILE}`, "queued"]);
  return list;
}

function questions(ago: Ago): Question[] {
  return [
    {
      id: sceneId(300),
      from: "erin-docs",
      to: "operator",
      question: "do we promise the order of rows in the import guide?",
      choices: ["yes, file order", "no promise"],
      state: "answered",
      answer: "no promise",
      answered_by: "operator",
      asked_at: ago(5400),
      answered_at: ago(5000),
    },
    {
      id: sceneId(301),
      from: "alice",
      to: "operator",
      question:
        "`parse()` is exported from the package. may the string form become **async** as well, or does somebody outside depend on it?",
      choices: ["make it async", "keep it sync, add parseStream()", "ask me again tomorrow"],
      state: "open",
      asked_at: ago(190),
    },
    {
      id: sceneId(302),
      from: "hm1nd",
      to: "operator",
      question: "which of the two release dates shall i plan with?",
      choices: [],
      state: "open",
      asked_at: ago(1900),
      expires_at: ago(-7200),
    },
  ];
}

function approvals(ago: Ago): Approval[] {
  return [
    {
      id: 41n,
      agent: "hm1nd",
      kind: "spawn",
      commit_ref: "",
      requested_at: ago(420),
      status: "pending",
      description: 'create the agent "frank" to watch the benchmarks every night',
      payload: {
        name: "frank",
        config: { model: "haiku", warm_seconds: 0, limits: { memory_max_bytes: 2147483648 } },
        prompt: "run scripts/bench each night at two and tell hm1nd what became slower.",
        reason: "nobody looks at the numbers, and two regressions went out in october",
      },
    },
    {
      id: 40n,
      agent: "hm1nd",
      kind: "destroy",
      commit_ref: "",
      requested_at: ago(2600),
      status: "pending",
      description: 'remove the agent "dave"; its login and state stay on disk',
      payload: { agent: "dave", reason: "it has crashed four times and nobody needs it any more" },
    },
    {
      id: 39n,
      agent: "hm1nd",
      kind: "schedule_prompt",
      commit_ref: "",
      requested_at: ago(9000),
      status: "approved",
      resolved_at: ago(8800),
      description: 'send "plan the day" to hm1nd at nine on workdays',
      note: "good idea",
    },
  ];
}

function withLog(...lines: readonly (readonly [at: string, line: string])[]) {
  return { log_lines: lines.length, log: lines.map(([at, line], n) => ({ n, at, line })) };
}

function operations(ago: Ago): Operation[] {
  return [
    {
      id: sceneId(400),
      kind: "spawn",
      agent: "erin-docs",
      state: "done",
      progress: 1,
      step: "running",
      started_at: ago(6900),
      ended_at: ago(6894),
      ...withLog(
        [ago(6900), "wrote its configuration"],
        [ago(6897), "started the harness"],
        [ago(6894), "it answers"],
      ),
    },
    {
      id: sceneId(401),
      kind: "spawn",
      agent: "dave",
      state: "failed",
      step: "starting",
      error: "the harness exited with code 1",
      hint: "hivectl agent logs dave",
      started_at: ago(700),
      ended_at: ago(640),
      ...withLog([ago(700), "wrote its configuration"], [ago(660), "started the harness"]),
    },
    {
      id: sceneId(402),
      kind: "restart",
      agent: "bob",
      state: "running",
      progress: 0.6,
      step: "waiting for the turn to end",
      started_at: ago(14),
      ...withLog([ago(14), "asked it to finish its turn"]),
    },
  ];
}

function reminders(ago: Ago): Reminder[] {
  return [
    {
      id: sceneId(500),
      agent: "erin-docs",
      body: "look whether the screenshots in the guide are still right",
      due_at: ago(-5400),
      created_by: "erin-docs",
      created_at: ago(1800),
      state: "pending",
    },
  ];
}

function schedules(ago: Ago): Schedule[] {
  return [
    {
      id: sceneId(600),
      agent: "hm1nd",
      cron: "0 9 * * 1-5",
      time_zone: "Europe/Berlin",
      body: "plan the day: read what came in over night, say who does what, ask me what you cannot decide.",
      catch_up: "once",
      enabled: true,
      created_by: "operator",
      created_at: ago(500_000),
      last_run_at: ago(61_000),
      next_run_at: ago(-25_000),
    },
    {
      id: sceneId(601),
      agent: "bob",
      cron: "*/20 * * * *",
      time_zone: "UTC",
      body: "is the build green?",
      catch_up: "none",
      enabled: false,
      created_by: "hm1nd",
      created_at: ago(300_000),
      last_run_at: ago(90_000),
    },
  ];
}
