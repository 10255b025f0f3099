// Whatever comes in at the doors of a running hive: one clear sentence, nothing lost, nothing stuck.
import { describe, expect, test } from "bun:test";
import { webPort } from "../../src/lib/fnv1a.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { agentLink } from "../support/hive-link.ts";
import { speak } from "../support/host-line.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

interface Refused {
  readonly ok: boolean;
  readonly error: string;
  readonly code: string;
  readonly hint?: string;
}

const sentence = (answer: Refused): void => {
  expect(answer.ok).toBe(false);
  expect(answer.error).toMatch(/^[^\n]{5,400}$/);
  expect(answer.error).not.toMatch(/ZodError|at Object|undefined|\[object/);
};

const stillWell = async (hive: Hive): Promise<void> => {
  expect((await hive.call(operatorWire.list, {})).agents).toContain("alice");
};

const LINES: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  garbage: ["}{ not json\n", "invalid"],
  "bytes that are no text": [new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x0a]), "invalid"],
  "an array": ["[1,2]\n", "invalid"],
  "no verb": ['{"id":7}\n', "invalid"],
  "a verb of the wrong type": ['{"cmd":7}\n', "invalid"],
  "an unknown verb": ['{"cmd":"lisst"}\n', "unknown_command"],
  "a verb from the prototype": ['{"cmd":"__proto__"}\n', "unknown_command"],
  "an unknown field": ['{"cmd":"list","colour":"red"}\n', "invalid"],
  "a missing field": ['{"cmd":"approve"}\n', "invalid"],
  "a wrong type": ['{"cmd":"set_paused","name":"alice","paused":"yes"}\n', "invalid"],
  "an empty scope": ['{"cmd":"stop","scope":{"agent_names":[]}}\n', "invalid"],
  "no scope at all": ['{"cmd":"stop"}\n', "invalid"],
  "an unknown agent": ['{"cmd":"restart","name":"ghost"}\n', "not_found"],
  "an approval that is not there": ['{"cmd":"approve","id":9223372036854775807}\n', "not_found"],
  "a number out of range": ['{"cmd":"approve","id":9223372036854775808}\n', "invalid"],
  "a huge body": [`{"cmd":"send","to":"alice","body":"${"x".repeat(300 * 1024)}"}\n`, "invalid"],
  "a line of two megabytes": [
    `{"cmd":"send","to":"alice","body":"${"x".repeat(2 * 1024 * 1024)}"}\n`,
    "too_large",
  ],
};

const NAMES = [
  "..",
  ".",
  "-x",
  "x-",
  "A",
  "a_b",
  "a/b",
  "",
  "a".repeat(64),
  "a b",
  "operator",
  "all",
  "é",
  "a\u0000",
];

describe("the host socket", () => {
  test("answers everything it cannot take with one sentence", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    for (const [what, [bytes, code]] of Object.entries(LINES)) {
      const [line] = await speak(hive.socket, bytes);
      const answer = JSON.parse(line ?? "null") as Refused;
      expect(answer, what).toMatchObject({ version: 1, ok: false, code });
      sentence(answer);
    }
    const [half] = await speak(hive.socket, '{"cmd":"li', { end: true });
    sentence(JSON.parse(half ?? "null"));
    await stillWell(hive);
  });

  test("refuses every bad name the same way, before it becomes a path", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    for (const name of NAMES) {
      for (const cmd of ["spawn", "destroy", "agent", "restart"]) {
        const [line] = await speak(hive.socket, `${JSON.stringify({ cmd, name })}\n`);
        const answer = JSON.parse(line ?? "null") as Refused;
        expect(answer, `${cmd} ${JSON.stringify(name)}`).toMatchObject({ ok: false, code: "invalid" });
        expect(answer.error).toContain("1 to 31 of a-z, 0-9 and -");
      }
    }
    await stillWell(hive);
  });

  test("is not stuck by clients that stop in the middle of a line or never read", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    const silent = Array.from({ length: 20 }, () => speak(hive.socket, '{"cmd":"snap', { timeoutMs: 2_000 }));
    const deaf = Array.from({ length: 10 }, () =>
      speak(hive.socket, '{"cmd":"events"}\n', { lines: 1e9, timeoutMs: 2_000 }),
    );
    const began = performance.now();
    for (let at = 0; at < 20; at += 1) await stillWell(hive);
    expect(performance.now() - began).toBeLessThan(2_000);
    await Promise.all([...silent, ...deaf]);
    await stillWell(hive);
  });
});

describe("spawn", () => {
  test("refuses a name whose web port is taken by another agent, naming both", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    const twin = Array.from({ length: 100_000 }, (_, at) => `n${at}`).find(
      (name) => webPort(name) === webPort("alice"),
    );
    const refused = await hive
      .call(operatorWire.spawn, { name: twin ?? "" })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "conflict" });
    expect(String(refused)).toContain('"alice"');
    expect(String(refused)).toContain(`"${twin}"`);
    expect((await hive.call(operatorWire.list, {})).agents).toEqual(["alice"]);
  });

  test("refuses an agent that exists, and an unknown backend", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    const twice = await hive.call(operatorWire.spawn, { name: "alice" }).catch((error: unknown) => error);
    expect(twice).toMatchObject({ code: "conflict" });
    const odd = await hive
      .call(operatorWire.spawn, { name: "bob", backend: "dockr" })
      .catch((error: unknown) => error);
    expect(odd).toMatchObject({ code: expect.stringMatching(/invalid|unsupported|not_found/) });
    expect(String(odd)).toContain('"dockr"');
  });
});

describe("an agent's web port", () => {
  test("that somebody else holds is not asked for the agent's transcript, and the agent works", async () => {
    const asked: string[] = [];
    const squatter = Bun.serve({
      hostname: "127.0.0.1",
      port: webPort("alice"),
      fetch: (request) => {
        asked.push(request.url);
        return Response.json({ events: [], more: false });
      },
    });
    try {
      await using hive = await startHive({ agents: [{ name: "alice" }] });
      const refused = await hive
        .call(operatorWire.journal, { name: "alice" })
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "unavailable" });
      expect(String(refused)).toContain(`it did not get its port ${webPort("alice")}`);
      const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "hello" });
      await hive.waitFor("it is handled", ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled");
      expect(asked).toEqual([]);
    } finally {
      await squatter.stop(true);
    }
  });
});

describe("an agent's socket", () => {
  test("does not believe a harness that names another agent", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }, { name: "bob" }] });
    await hive.call(operatorWire.stop, { scope: { agent_names: ["alice"] } });
    await using liar = await agentLink(hive.stateDir, "alice");
    const answer = await liar.hello({ agent: "bob" });
    expect(answer).toMatchObject({ ok: false });
    expect(String(answer["error"])).toContain('"alice"');
    await liar.closed;
    await using again = await agentLink(hive.stateDir, "alice");
    expect(await again.hello({ agent: "alice" })).toMatchObject({ ok: true });
    // Whatever it says of itself, it sends as who it is.
    expect(await again.request({ cmd: "send", to: "bob", body: "x", from: "operator" })).toMatchObject({
      code: "invalid",
    });
    const sent = await again.request({ cmd: "send", to: "bob", body: "from me" });
    const [id] = sent["ids"] as string[];
    expect((await hive.call(operatorWire.message, { id: id ?? "" })).message.from).toBe("alice");
    expect(hive.view.agents.get("bob")?.connected).toBe(true);
  });

  test("answers garbage, half lines and huge lines, and closes on too much of them", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }] });
    await hive.call(operatorWire.stop, { all: true });
    await using first = await agentLink(hive.stateDir, "alice");
    first.write("garbage\n");
    expect(await first.line()).toMatchObject({ ok: false, code: "invalid" });
    for (let at = 0; at < 10; at += 1) first.write("{]\n");
    await first.closed;
    await using second = await agentLink(hive.stateDir, "alice");
    await second.hello();
    second.write(`${"x".repeat(2 * 1024 * 1024)}\n`);
    expect(await second.line()).toMatchObject({ ok: false, code: "too_large" });
    await using third = await agentLink(hive.stateDir, "alice");
    third.write('{"rid":1,"cmd":"send","to":"operator","body":"before hello"}\n');
    expect(await third.line()).toMatchObject({ ok: false });
    await stillWell(hive);
  });

  test("holds back an agent that floods: one clear error each, and the hive stays responsive", async () => {
    await using hive = await startHive({ agents: [{ name: "alice" }, { name: "bob" }] });
    await hive.call(operatorWire.setPaused, { name: "bob", paused: true });
    await hive.call(operatorWire.stop, { scope: { agent_names: ["alice"] } });
    await using flood = await agentLink(hive.stateDir, "alice");
    await flood.hello();
    const began = performance.now();
    const answers = Array.from({ length: 10_000 }, (_, at) =>
      flood.request({ cmd: "send", to: "bob", body: `flood ${at}` }),
    );
    const delays: number[] = [];
    const probing = (async () => {
      for (let at = 0; at < 20; at += 1) {
        const start = performance.now();
        await hive.call(operatorWire.send, { to: "bob", body: `operator ${at}` });
        delays.push(performance.now() - start);
      }
    })();
    const all = await Promise.all(answers);
    await probing;
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(Math.max(...delays)).toBeLessThan(2_000);
    const accepted = all.filter(({ ok }) => ok === true);
    const refused = all.filter(({ ok }) => ok === false);
    expect(accepted.length).toBe(1_000);
    expect(refused.length).toBe(9_000);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["limit"]));
    sentence(refused[0] as unknown as Refused);
    await hive.call(operatorWire.setPaused, { name: "bob", paused: false });
    await hive.waitFor("bob has worked it off", ({ agents }) => agents.get("bob")?.queued === 0, 90_000);
    const operators = [...hive.view.messages.values()].filter(
      ({ from, to }) => from === "operator" && to === "bob",
    );
    expect(operators).toHaveLength(20);
  }, 180_000);
});
