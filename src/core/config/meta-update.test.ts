import { describe, expect, test } from "bun:test";
import type { MetaInputs } from "./meta-systems.ts";
import { metaUpdates } from "./meta-update.ts";

function lock(rev: string): string {
  const nodes = {
    root: { inputs: { hyperhive: "hyperhive" } },
    hyperhive: { locked: { type: "git", url: "file:///h", rev } },
  };
  return JSON.stringify({ root: "root", nodes });
}

const ID = "0".repeat(40);

/** A meta flake in memory. */
function bed({ broken }: { readonly broken?: string } = {}) {
  const state = { committed: lock("old"), newest: lock("new"), calls: [] as string[] };
  const inputs: MetaInputs = {
    newest: async () => ({ before: state.committed, after: state.newest }),
    keep: async () => ID,
    kept: async (id) => (id === ID ? state.newest : undefined),
    current: async () => state.committed,
    adopt: async (text, { onAgent }) => {
      for (const name of ["alice", "bob"]) {
        onAgent(name);
        if (broken === name) throw new Error("it does not build");
      }
      state.committed = text;
    },
    rebuild: async (name) => void state.calls.push(`switch ${name}`),
  };
  const steps: string[] = [];
  const stopping = new AbortController();
  const progress = {
    step: (text: string) => void steps.push(text),
    log: () => {},
    signal: stopping.signal,
  };
  const lifecycle = {
    reload: async (name: string) => {
      state.calls.push(`restart ${name}`);
      if (broken === `start of ${name}`) throw new Error("no");
    },
  };
  const agents = () => [{ name: "alice" }, { name: "bob" }];
  return { updates: metaUpdates({ inputs, agents, lifecycle }), state, steps, progress, stopping };
}

const ALL = ["switch alice", "restart alice", "switch bob", "restart bob"];

describe("an update of the meta flake's inputs", () => {
  test("shows what each input will be, and then that is what runs", async () => {
    const { updates, state, steps, progress } = bed();
    const asked = await updates.propose(["hyperhive"]);
    expect(asked).toMatchObject({ changes: "hyperhive: git:file:///h old → git:file:///h new", lock: ID });
    expect(state.committed).toBe(lock("old"));
    await updates.run(asked, progress);
    expect(state.committed).toBe(lock("new"));
    expect(state.calls).toEqual(ALL);
    expect(steps).toEqual([
      'building the system of agent "alice"',
      'building the system of agent "bob"',
      'restarting the container of agent "alice"',
      'restarting the container of agent "bob"',
    ]);
  });

  test("with which one agent does not build changes none [cfg:atomic]", async () => {
    const { updates, state, progress } = bed({ broken: "bob" });
    await expect(updates.run(await updates.propose([]), progress)).rejects.toThrow("it does not build");
    expect(state).toMatchObject({ committed: lock("old"), calls: [] });
  });

  test("goes on with the others where one does not start again, and says so", async () => {
    const { updates, state, progress } = bed({ broken: "start of alice" });
    await expect(updates.run(await updates.propose([]), progress)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining('not every agent runs: agent "alice"'),
    });
    expect(state.calls).toEqual(ALL);
  });

  test("is void once the inputs are others than those it was shown for [approval:pinned]", async () => {
    const { updates, state, progress } = bed();
    const asked = await updates.propose([]);
    state.committed = lock("other");
    await expect(updates.run(asked, progress)).rejects.toMatchObject({ code: "conflict" });
    await expect(updates.run({ ...asked, lock: "1".repeat(40) }, progress)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("is not asked for where nothing is newer, nor for what agents bring or nobody knows", async () => {
    const { updates, state } = bed();
    await expect(updates.propose(["agent-alice"])).rejects.toMatchObject({ code: "invalid" });
    await expect(updates.propose(["nixpkgs"])).rejects.toMatchObject({
      code: "not_found",
      hint: "there are hyperhive",
    });
    state.newest = state.committed;
    await expect(updates.propose([])).rejects.toMatchObject({ code: "conflict" });
  });

  test("that a crash cut off is failed before it was committed, and finished after [approval:once]", async () => {
    const { updates, state, progress } = bed();
    const asked = await updates.propose([]);
    expect(await updates.recover(asked, progress)).toContain("nothing was changed");
    expect(state.calls).toEqual([]);
    state.committed = state.newest;
    expect(await updates.recover(asked, progress)).toBeUndefined();
    expect(state.calls).toEqual(ALL);
  });

  test("stops between two agents when the hive shuts down", async () => {
    const { updates, state, progress, stopping } = bed();
    stopping.abort(new Error("shutdown"));
    await expect(updates.run(await updates.propose([]), progress)).rejects.toThrow("shutdown");
    expect(state.calls).toEqual([]);
  });
});
