/**
 * The host socket line by line: what published clients send and read, as literal text. A change here breaks
 * programs that we cannot update; it needs a higher WIRE_VERSION.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDispatch } from "../../src/core/doors/dispatch.ts";
import { openHostSocket } from "../../src/core/doors/host-socket/host-socket.ts";
import type { OperatorServices } from "../../src/core/doors/operator-context.ts";
import { createRefuse } from "../../src/core/doors/refuse.ts";
import { operatorRoutes } from "../../src/core/doors/routes/operator.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import type { AgentStatus } from "../../src/wire/agents.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import { HiveError } from "../../src/wire/errors.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import {
  fakeAgents,
  fakeServices,
  fakeTimeline,
  partial,
  rowOf,
  statusOf,
} from "../support/fake-services.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Bed {
  readonly path: string;
  readonly statuses: AgentStatus[];
  readonly asked: string[];
  emit: ReturnType<typeof fakeTimeline>["emit"];
}

async function open(parts: Partial<OperatorServices> = {}, lineMs = 10_000): Promise<Bed> {
  const dir = mkdtempSync(join(tmpdir(), "hive-pin-"));
  const statuses = [
    statusOf("alice"),
    statusOf("bob", { running: false, paused: true, pending_reminders: 2 }),
  ];
  const asked: string[] = [];
  const { timeline, emit } = fakeTimeline();
  const note = (text: string) => async (): Promise<void> => void asked.push(text);
  const services = fakeServices({
    agents: fakeAgents(statuses),
    timeline,
    control: partial<OperatorServices["control"]>({ settingsChanged: () => {} }),
    lifecycle: partial<OperatorServices["lifecycle"]>({
      start: async (_actor, names) => void asked.push(`start ${names.join(",")}`),
      stop: async (_actor, names, graceful) => void asked.push(`stop ${names.join(",")} ${graceful}`),
      restart: (_actor, name) => note(`restart ${name}`)(),
    }),
    approvals: fakeApprovals(asked),
    hive: partial<OperatorServices["hive"]>({
      urls: () => ({ domain: "hive.example.org", home: "https://hive.example.org/" }),
    }),
    ...parts,
  });
  const path = join(dir, "host.sock");
  const listener = await openHostSocket({
    path,
    mode: 0o660,
    dispatch: createDispatch(operatorWire, operatorRoutes(services)),
    refuse: createRefuse({ log: silentLogger, newId: () => "01JDABCDEFGHJKMNPQRSTVWXYZ" }),
    clock: systemClock,
    log: silentLogger,
    lineMs,
  });
  cleanups.push(
    () => rmSync(dir, { recursive: true, force: true }),
    () => listener.close(),
  );
  return { path, statuses, asked, emit };
}

const PENDING: Approval = {
  id: 9223372036854775807n,
  agent: "hm1nd",
  kind: "spawn",
  commit_ref: "",
  requested_at: "2026-11-23T00:51:37.123Z",
  status: "pending",
  description: 'spawn agent "carol"',
};

function fakeApprovals(asked: string[]): OperatorServices["approvals"] {
  const decide =
    (verb: string) =>
    async (_actor: unknown, id: bigint): Promise<Approval> => {
      asked.push(`${verb} ${id}`);
      if (id === -1n)
        throw new HiveError("not_found", 'there is no approval "-1"', { hint: "hivectl pending" });
      return { ...PENDING, id, status: verb === "approve" ? "approved" : "denied" };
    };
  return partial<OperatorServices["approvals"]>({
    list: () => [PENDING],
    approve: decide("approve"),
    deny: decide("deny"),
  });
}

interface Client {
  readonly socket: Socket;
  line(): Promise<string>;
  /** Everything until the other side closes. */
  rest(): Promise<string>;
}

function connect(path: string): Client {
  const socket = createConnection({ path, allowHalfOpen: true });
  cleanups.push(() => void socket.destroy());
  const chunks = socket.setEncoding("utf8")[Symbol.asyncIterator]();
  let held = "";
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    held += next.value;
    return true;
  };
  return {
    socket,
    line: async () => {
      while (!held.includes("\n")) if (!(await more())) return held;
      const at = held.indexOf("\n");
      const line = held.slice(0, at);
      held = held.slice(at + 1);
      return line;
    },
    rest: async () => {
      while (await more());
      return held;
    },
  };
}

/** As the published clients do it: connect, one line, read one line, drop. */
async function call(path: string, line: string): Promise<string> {
  const client = connect(path);
  client.socket.write(`${line}\n`);
  const answer = await client.line();
  client.socket.destroy();
  return answer;
}

const ALICE =
  '{"name":"alice","running":true,"failed":false,"needs_update":false,"needs_login":false,"paused":false,"pending_reminders":0}';
const BOB =
  '{"name":"bob","running":false,"failed":false,"needs_update":false,"needs_login":false,"paused":true,"pending_reminders":2}';
const APPROVAL =
  '"agent":"hm1nd","kind":"spawn","commit_ref":"","requested_at":"2026-11-23T00:51:37.123Z","status"';
const DETAIL = '"description":"spawn agent \\"carol\\""';

describe("host socket, as published clients speak to it", () => {
  const PINS: readonly (readonly [string, string])[] = [
    ['{"cmd":"list"}', '{"version":1,"ok":true,"agents":["alice","bob"]}'],
    ['{"cmd":"agent_status"}', `{"version":1,"ok":true,"agent_statuses":[${ALICE},${BOB}]}`],
    [
      '{"cmd":"urls"}',
      '{"version":1,"ok":true,"urls":{"domain":"hive.example.org","home":"https://hive.example.org/"}}',
    ],
    ['{"cmd":"set_paused","name":"alice","paused":true}', '{"version":1,"ok":true}'],
    ['{"cmd":"set_paused","name":"bob","paused":false}', '{"version":1,"ok":true}'],
    ['{"cmd":"start","scope":{"agent_names":["alice"]}}', '{"version":1,"ok":true,"agent_names":["alice"]}'],
    [
      '{"cmd":"stop","scope":{"agent_names":["alice"]},"graceful":true}',
      '{"version":1,"ok":true,"agent_names":["alice"]}',
    ],
    [
      '{"cmd":"stop","scope":{"agent_names":["bob"]},"graceful":false}',
      '{"version":1,"ok":true,"agent_names":["bob"]}',
    ],
    ['{"cmd":"restart","name":"alice"}', '{"version":1,"ok":true}'],
    [
      '{"cmd":"pending"}',
      `{"version":1,"ok":true,"approvals":[{"id":9223372036854775807,${APPROVAL}:"pending",${DETAIL}}]}`,
    ],
    [
      '{"cmd":"approve","id":7}',
      `{"version":1,"ok":true,"approval":{"id":7,${APPROVAL}:"approved",${DETAIL}}}`,
    ],
    ['{"cmd":"deny","id":7}', `{"version":1,"ok":true,"approval":{"id":7,${APPROVAL}:"denied",${DETAIL}}}`],
    [
      '{"cmd":"approve","id":9223372036854775807}',
      `{"version":1,"ok":true,"approval":{"id":9223372036854775807,${APPROVAL}:"approved",${DETAIL}}}`,
    ],
    [
      '{"cmd":"deny","id":-1}',
      '{"version":1,"ok":false,"error":"there is no approval \\"-1\\"","code":"not_found","hint":"hivectl pending"}',
    ],
    [
      '{"cmd":"set_paused","name":"ghost","paused":true}',
      '{"version":1,"ok":false,"error":"agent \\"ghost\\" is not managed by this hive","code":"not_found","hint":"hivectl agent list"}',
    ],
  ];
  for (const [sent, answered] of PINS) {
    test(`${sent} is answered as always`, async () => {
      const { path } = await open();
      expect(await call(path, sent)).toBe(answered);
    });
  }

  test("64-bit ids reach the approvals exactly", async () => {
    const { path, asked } = await open();
    await call(path, '{"cmd":"approve","id":9223372036854775807}');
    await call(path, '{"cmd":"deny","id":-9223372036854775808}');
    await call(path, '{"cmd":"approve","id":-1}');
    expect(asked).toEqual(["approve 9223372036854775807", "deny -9223372036854775808", "approve -1"]);
  });

  test("an id beyond 64 bits is refused", async () => {
    const { path, asked } = await open();
    expect(await call(path, '{"cmd":"approve","id":9223372036854775808}')).toBe(
      '{"version":1,"ok":false,"error":"\\"approve\\": field \\"id\\": an approval id is a signed 64-bit integer","code":"invalid"}',
    );
    expect(asked).toEqual([]);
  });

  test("pausing is idempotent and works on a stopped agent", async () => {
    const { path, statuses } = await open();
    for (let i = 0; i < 2; i++) {
      expect(await call(path, '{"cmd":"set_paused","name":"bob","paused":true}')).toBe(
        '{"version":1,"ok":true}',
      );
    }
    expect(statuses[1]?.paused).toBe(true);
  });

  test("a subscription is a bare success, then one row for each agent that changed", async () => {
    const { path, statuses, emit } = await open();
    const client = connect(path);
    client.socket.write('{"cmd":"subscribe_agent_status"}\n{"cmd":"list"}\n');
    expect(await client.line()).toBe('{"version":1,"ok":true}');
    statuses[0] = statusOf("alice", { needs_login: true });
    emit({ type: "agent", agent: rowOf("alice") });
    expect(await client.line()).toBe(
      `{"version":1,"ok":true,"agent_statuses":[${ALICE.replace('"needs_login":false', '"needs_login":true')}]}`,
    );
    // Nothing that shows has changed: no line.
    emit({ type: "agent", agent: rowOf("alice") });
    statuses[1] = statusOf("bob");
    emit({ type: "agent", agent: rowOf("bob") });
    expect(await client.line()).toContain('"agent_statuses":[{"name":"bob","running":true');
  });

  test("status text comes with its time, and both are absent together", async () => {
    const { path, statuses } = await open();
    statuses.splice(1, 1);
    statuses[0] = statusOf("alice", { status_text: "reading", status_set_at: "2026-11-23T00:51:37.123Z" });
    expect(await call(path, '{"cmd":"agent_status"}')).toBe(
      `{"version":1,"ok":true,"agent_statuses":[${ALICE.slice(0, -1)},"status_text":"reading","status_set_at":"2026-11-23T00:51:37.123Z"}]}`,
    );
  });
});

describe("host socket and bad input", () => {
  const refused = (error: string, more = ""): string =>
    `{"version":1,"ok":false,"error":${JSON.stringify(error)},"code":"invalid"${more}}`;
  const EXAMPLE = ',"hint":"e.g. {\\"cmd\\":\\"list\\"}"';
  const BAD: readonly (readonly [string, string])[] = [
    ["garbage", refused("the line is not JSON", EXAMPLE)],
    ["", refused("the line is empty", EXAMPLE)],
    ["[1]", refused("a request is one JSON object", EXAMPLE)],
    ["{}", refused('field "cmd" is missing', EXAMPLE)],
    ['{"cmd":7}', refused('field "cmd" is a string')],
    [
      '{"cmd":"agent_statsu"}',
      '{"version":1,"ok":false,"error":"there is no command \\"agent_statsu\\"","code":"unknown_command","hint":"did you mean \\"agent_status\\"?"}',
    ],
    ['{"cmd":"list","nmae":1}', refused('unknown field "nmae" in "list"')],
    [
      '{"cmd":"restart","nmae":"alice"}',
      refused('unknown field "nmae" in "restart"', ',"hint":"did you mean \\"name\\"?"'),
    ],
    ['{"cmd":"restart"}', refused('"restart": field "name" is missing')],
    [
      '{"cmd":"set_paused","name":"alice","paused":"yes"}',
      refused('"set_paused": field "paused": invalid input: expected boolean, received string'),
    ],
    [
      '{"cmd":"start","scope":{"agent_names":[]}}',
      refused('"start": name at least one agent in "scope.agent_names", or say "all": true'),
    ],
    [
      '{"cmd":"start","scope":{"agent_names":["alice"],"tags":[]}}',
      refused('unknown field "tags" in "scope" of "start"'),
    ],
    ...["..", "-x", "A", "a".repeat(64)].map((name): readonly [string, string] => [
      `{"cmd":"restart","name":"${name}"}`,
      refused(
        '"restart": field "name": an agent name is 1 to 31 of a-z, 0-9 and -, and begins and ends with a letter or digit',
      ),
    ]),
  ];
  for (const [sent, answered] of BAD) {
    test(`${sent === "" ? "an empty line" : sent.slice(0, 60)} is refused in one sentence`, async () => {
      const { path } = await open();
      expect(await call(path, sent)).toBe(answered);
    });
  }

  test("many requests on one connection are answered in order, bad ones between good ones", async () => {
    const { path } = await open();
    const client = connect(path);
    client.socket.write(`${'{"cmd":"list"}\nnonsense\n{"cmd":"urls"}\n'.repeat(200)}`);
    for (let round = 0; round < 200; round++) {
      expect(await client.line()).toStartWith('{"version":1,"ok":true,"agents"');
      expect(await client.line()).toStartWith('{"version":1,"ok":false');
      expect(await client.line()).toStartWith('{"version":1,"ok":true,"urls"');
    }
  });

  test("a line of 2 MiB is refused and the connection closed, while others go on", async () => {
    const { path } = await open();
    const client = connect(path);
    client.socket.on("error", () => {});
    client.socket.write(`{"cmd":"${"x".repeat(2 * 1024 * 1024)}"}\n`);
    expect(await client.line()).toBe(
      '{"version":1,"ok":false,"error":"a line is longer than \\"1048576\\" bytes","code":"too_large"}',
    );
    expect(await call(path, '{"cmd":"list"}')).toContain('"ok":true');
  });

  test("half a line is refused when the sender is done, or too slow", async () => {
    const { path } = await open({}, 50);
    const done = connect(path);
    done.socket.end('{"cmd":"li');
    expect(await done.rest()).toBe(
      '{"version":1,"ok":false,"error":"the last line has no end","code":"invalid"}\n',
    );
    const slow = connect(path);
    slow.socket.write('{"cmd":"li');
    expect(await slow.rest()).toBe(
      '{"version":1,"ok":false,"error":"a line was begun and not finished in time","code":"timeout"}\n',
    );
  });

  test("a defect of ours says so with a log id and keeps its text to itself", async () => {
    const broken = partial<OperatorServices["agents"]>({
      names: () => {
        throw new Error("secret detail");
      },
    });
    const { path } = await open({ agents: broken });
    expect(await call(path, '{"cmd":"list"}')).toBe(
      '{"version":1,"ok":false,"error":"something went wrong inside the hive (log id qrstvwxyz)","code":"internal","hint":"hivectl doctor"}'.replace(
        "qrstvwxyz",
        "stvwxyz".padStart(8, "r"),
      ),
    );
  });

  test("a client that leaves ends what was waiting for it", async () => {
    const aborted = Promise.withResolvers<void>();
    const { path } = await open({
      operations: partial<OperatorServices["operations"]>({
        watch: async function* (_id, signal) {
          signal.addEventListener("abort", () => aborted.resolve());
          yield* [];
          await aborted.promise;
        },
      }),
    });
    const client = connect(path);
    client.socket.write('{"cmd":"watch_operation","id":"01JDABCDEFGHJKMNPQRSTVWXYZ"}\n');
    await call(path, '{"cmd":"list"}');
    client.socket.destroy();
    await aborted.promise;
  });

  test("a reader that does not read holds nobody else up", async () => {
    const { path } = await open();
    const lazy = connect(path);
    lazy.socket.pause();
    lazy.socket.write('{"cmd":"agent_status"}\n'.repeat(20_000));
    for (let i = 0; i < 20; i++) expect(await call(path, '{"cmd":"list"}')).toContain('"ok":true');
  });

  test("the socket has exactly the mode it was given", async () => {
    const { path } = await open();
    expect(statSync(path).mode & 0o777).toBe(0o660);
  });
});
