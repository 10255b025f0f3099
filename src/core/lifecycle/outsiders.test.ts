import { describe, expect, test } from "bun:test";
import { OPERATOR } from "../../../test/support/broker-bed.ts";
import type { FakeBackend } from "../../../test/support/fake-backend.ts";
import { lifecycleBed, until } from "../../../test/support/lifecycle-bed.ts";
import type { Run } from "./backend.ts";

/** A fake whose agents others can start: `outside` is what they started. */
function withOutside(outside: Run[]) {
  return (fake: FakeBackend) => {
    const { alive: own } = fake;
    const alive = (run: Run): boolean => outside.includes(run) || own(run);
    return [Object.assign(fake, { survey: async () => outside, alive })];
  };
}

const processes = { main: { pid: 7, startTime: 7, bootId: "fake" } };

describe("outsiders", () => {
  test("an agent started behind the hive's back is shown running, with a notice, and can be stopped", async () => {
    const outside: Run[] = [];
    await using bed = lifecycleBed({ backends: withOutside(outside) });
    await bed.lifecycle.resume();
    await bed.spawn("alice");
    await bed.lifecycle.stop(OPERATOR, ["alice"], false);
    expect(bed.lifecycle.observe("alice").process).toBe("stopped");
    outside.push({ agent: "alice", owner: "outside", processes });
    await bed.bed.clock.advance(4_000);
    await until(() => bed.lifecycle.observe("alice").process === "running");
    const notices = () => bed.events.filter((event) => event.type === "notice").map(({ text }) => text);
    await until(() => notices().includes('agent "alice" was started outside of the hive'));
    outside.length = 0;
    await bed.lifecycle.stop(OPERATOR, ["alice"], false);
    expect(bed.lifecycle.observe("alice").process).toBe("stopped");
  });

  test("what the hive started itself stays as it is, and strangers are left alone", async () => {
    const outside: Run[] = [{ agent: "stranger", owner: "outside", processes }];
    await using bed = lifecycleBed({ backends: withOutside(outside) });
    await bed.lifecycle.resume();
    await bed.spawn("alice");
    const { pid } = bed.lifecycle.observe("alice");
    outside.push({ agent: "alice", owner: "outside", processes });
    await bed.bed.clock.advance(4_000);
    await bed.bed.clock.advance(4_000);
    expect(bed.lifecycle.observe("alice").pid).toBe(pid);
    expect(bed.lifecycle.observe("stranger").process).toBe("stopped");
  });
});
