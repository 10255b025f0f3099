import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { silentLogger } from "../../platform/log.ts";
import { endpoint, type Handlers } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import { agentWire, operatorWire } from "../../wire/wire.ts";
import { createDispatch, mayCall } from "./dispatch.ts";
import { createRefuse } from "./refuse.ts";

const wire = {
  greet: endpoint({
    cmd: "greet",
    access: "operator",
    input: z.strictObject({ name: z.string(), loud: z.boolean().default(false) }),
    output: z.object({ text: z.string() }),
    ignored: ["client_build"],
    summary: "Says hello.",
  }),
  count: endpoint({
    cmd: "count",
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ n: z.int() }),
    stream: true,
    summary: "Counts.",
  }),
} as const;

const handlers: Handlers<typeof wire, null> = {
  greet: ({ name, loud }) => ({ text: loud ? name.toUpperCase() : name }),
  count: async function* () {
    yield { n: 1 };
    yield { n: 2 };
  },
};

/** Never called: what does not compile is the test, and `tsc` runs it. */
export function compileTimeRules(): void {
  const { greet, count } = handlers;
  // @ts-expect-error a missing handler does not compile
  createDispatch<typeof wire, null>(wire, { greet });
  // @ts-expect-error an extra handler does not compile
  createDispatch<typeof wire, null>(wire, { greet, count, more: () => ({}) });
  // @ts-expect-error a wrong-shaped answer does not compile
  createDispatch<typeof wire, null>(wire, { count, greet: () => ({ text: 7 }) });
  // @ts-expect-error a stream is not answered with one object
  createDispatch<typeof wire, null>(wire, { greet, count: () => ({ n: 1 }) });
}

const dispatch = createDispatch(wire, handlers);
const call = async (cmd: string, fields: Record<string, unknown>) =>
  dispatch.run(dispatch.find(cmd), { fields, caller: "operator", context: null });

describe("dispatch", () => {
  test("fills in defaults and drops what published clients send besides", async () => {
    expect(await call("greet", { name: "bob", client_build: 7 })).toEqual({
      kind: "one",
      body: { text: "bob" },
    });
  });

  test("shapes every frame of a stream", async () => {
    const answer = await call("count", {});
    if (answer.kind !== "stream") throw new Error("not a stream");
    expect(await Array.fromAsync(answer.frames)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("an answer carries nothing that its endpoint does not declare", async () => {
    const chatty = createDispatch(
      { greet: wire.greet },
      {
        greet: () => ({ text: "hi", secret: "token" }) as { text: string },
      },
    );
    const context = { fields: { name: "x" }, caller: "operator", context: null } as const;
    expect(await chatty.run(chatty.find("greet"), context)).toEqual({ kind: "one", body: { text: "hi" } });
  });

  test("an answer of the wrong shape is our defect, not the caller's", async () => {
    const broken = createDispatch({ greet: wire.greet }, { greet: () => ({}) as { text: string } });
    const refuse = createRefuse({ log: silentLogger, newId: () => "01JDABCDEFGHJKMNPQRSTVWXYZ" });
    const context = { fields: { name: "x" }, caller: "operator", context: null } as const;
    const error = await broken.run(broken.find("greet"), context).catch((thrown: unknown) => thrown);
    expect(refuse(error, "greet").code).toBe("internal");
  });

  test("an unknown verb names the nearest one", () => {
    expect(() => dispatch.find("gret")).toThrow(
      expect.objectContaining({ code: "unknown_command", hint: 'did you mean "greet"?' }),
    );
    expect(() => dispatch.find("x".repeat(5000))).toThrow(HiveError);
  });

  test("who may call what is one table", () => {
    expect(mayCall("public", "public")).toBe(true);
    expect(mayCall("operator", "public")).toBe(false);
    for (const access of ["public", "operator"] as const) {
      expect(mayCall(access, "agent") || mayCall(access, "manager")).toBe(false);
    }
    expect(mayCall("manager", "agent")).toBe(false);
    expect(mayCall("agent", "manager")).toBe(true);
    expect(mayCall("manager", "operator")).toBe(false);
  });

  test("no verb is said twice, and no answer uses a name of the envelope", () => {
    for (const table of [Object.values(operatorWire), Object.values(agentWire)]) {
      const verbs = table.map(({ cmd }) => cmd);
      expect(new Set(verbs).size).toBe(verbs.length);
      for (const { output } of table) {
        const fields = Object.keys("shape" in output ? output.shape : {});
        expect(
          fields.filter((name) => ["version", "ok", "error", "code", "rid", "push"].includes(name)),
        ).toEqual([]);
      }
    }
  });

  test("a full disk is said as such", () => {
    const refuse = createRefuse({ log: silentLogger, newId: () => "" });
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    expect(refuse(full, "send")).toMatchObject({ code: "storage" });
  });
});
