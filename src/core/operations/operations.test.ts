import { describe, expect, test } from "bun:test";
import { brokerBed } from "../../../test/support/broker-bed.ts";
import { finishedOperation, until } from "../../../test/support/lifecycle-bed.ts";
import { silentLogger } from "../../platform/log.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Operation } from "../../wire/operations.ts";
import { operationStore } from "../db/stores/operations.ts";
import { createOperations } from "./operations.ts";

function operationsOf(bed: ReturnType<typeof brokerBed>) {
  const { db, timeline, clock, ids: newId } = bed;
  return createOperations({
    store: operationStore(db),
    writer: db.writer,
    timeline,
    clock,
    newId,
    log: silentLogger,
  });
}

describe("operations", () => {
  test("store their steps, their log and their end", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const { operation_id, done } = await operations.run("spawn", "alice", async (op) => {
      op.step("first", 0.25);
      op.log("a detail");
      op.step("second", 0.5);
    });
    const end = await done;
    expect(end).toMatchObject({
      id: operation_id,
      kind: "spawn",
      agent: "alice",
      state: "done",
      progress: 1,
      step: "second",
    });
    expect(end.log.map((one) => one.line)).toEqual(["first", "a detail", "second"]);
    expect(operationsOf(bed).get(operation_id)).toEqual(end);
    expect(operations.list(10)).toEqual([{ ...end, log: [] }]);
    expect(operationsOf(bed).list(10)).toEqual([{ ...end, log: [] }]);
  });

  test("keep an error with its hint, and the text of a defect to themselves", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const failing = (error: Error) => operations.run("spawn", undefined, () => Promise.reject(error));
    const known = await failing(new HiveError("limit", "too many", { hint: "wait" }));
    expect(await known.done).toMatchObject({ state: "failed", error: "too many", hint: "wait" });
    const defect = await failing(new Error("secret path"));
    expect((await defect.done).error).not.toContain("secret");
  });

  test("are seen by watchers until their end", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const go = Promise.withResolvers<void>();
    const { operation_id } = await operations.run("spawn", undefined, async (op) => {
      op.step("waiting for the test", 0.5);
      await go.promise;
    });
    const seen: Operation["state"][] = [];
    for await (const operation of operations.watch(operation_id, AbortSignal.timeout(5_000))) {
      seen.push(operation.state);
      go.resolve();
    }
    expect(seen[0]).toBe("running");
    expect(seen.at(-1)).toBe("done");
    expect((await finishedOperation(operations, operation_id)).state).toBe("done");
    expect(() => operations.get("01ARZ3NDEKTSV4RRFFQ69G5FAV")).toThrow("does not exist");
  });

  test("cut off by a crash are failed at the next start", async () => {
    using bed = brokerBed();
    const { operation_id } = await operationsOf(bed).run("spawn", "alice", () => new Promise(() => {}));
    const after = operationsOf(bed.restart());
    expect(after.get(operation_id).state).toBe("running");
    await after.resume();
    expect(after.get(operation_id)).toMatchObject({
      state: "failed",
      error: "the hive stopped while this was running",
    });
  });

  test("show each line of the log before the end, and the earlier ones to who comes later", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const go = Promise.withResolvers<void>();
    const { operation_id, done } = await operations.run("deploy", "alice", async (op) => {
      op.step("building its system", 0.2);
      op.log("building 'a.drv'");
      await go.promise;
      op.log("the last word");
    });
    const signal = AbortSignal.timeout(5_000);
    const early = operations.watch(operation_id, signal)[Symbol.asyncIterator]();
    const before = (await early.next()).value;
    expect(before).toMatchObject({ state: "running", log_lines: 2 });
    const late = operations.watch(operation_id, signal)[Symbol.asyncIterator]();
    expect((await late.next()).value.log).toEqual(before.log);
    go.resolve();
    const rest: string[] = [];
    for await (const operation of { [Symbol.asyncIterator]: () => early })
      rest.push(...operation.log.map(({ n, line }) => `${n} ${line}`));
    expect(rest).toEqual(["2 the last word"]);
    await done;
    const after = operations.watch(operation_id, signal)[Symbol.asyncIterator]();
    expect((await after.next()).value.log.map(({ line }: { line: string }) => line)).toEqual([
      "building its system",
      "building 'a.drv'",
      "the last word",
    ]);
  });

  test("store the lines of a build that goes on, a few times a second", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const { operation_id } = await operations.run("deploy", "alice", async (op) => {
      for (let line = 0; line < 500; line++) op.log(`line ${line}`);
      await new Promise(() => {});
    });
    await bed.clock.advance(300);
    await until(() => operationsOf(bed).get(operation_id).log_lines === 500);
  });

  test("survive a flood: the beginning and the end stay, within bounds", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const before = bed.timeline.seq();
    const { operation_id, done } = await operations.run("deploy", "alice", async (op) => {
      for (let line = 0; line < 100_000; line++) {
        op.log(`line ${line} ${"x".repeat(300)}`);
        if (line % 1_000 === 0) await bed.clock.advance(250);
      }
      throw new HiveError("conflict", "the configuration does not build");
    });
    const seen = new Set<number>();
    let most = 0;
    for await (const { log } of operations.watch(operation_id, AbortSignal.timeout(20_000))) {
      most = Math.max(most, JSON.stringify(log).length);
      for (const { n } of log) seen.add(n);
    }
    const { log, log_lines } = await done;
    expect(log_lines).toBe(100_001);
    expect(log[0]?.line).toStartWith("line 0 ");
    expect(log.at(-2)?.line).toStartWith("line 99999 ");
    expect(log.at(-1)?.line).toBe("the configuration does not build");
    expect(seen.has(0) && seen.has(100_000)).toBe(true);
    expect(most).toBeLessThan(400_000);
    const stored = bed.db.sqlite
      .prepare<{ size: number }>("select length(log) as size from operations")
      .get();
    expect(stored?.size).toBeLessThan(400_000);
    // Begun and ended: lines are none of the timeline's business.
    expect(bed.timeline.seq() - before).toBeLessThan(5);
  });

  test("keep text alone of what a build draws on a terminal", async () => {
    using bed = brokerBed();
    const { done } = await operationsOf(bed).run("deploy", undefined, async (op) => {
      op.log("\u001b[31;1merror:\u001b[0m no \u001b]8;;http://x\u0007link\u001b]8;;\u0007");
      op.log("10%\r 50%\r100%\r");
      op.log(`a\u0000b\u0085 \u001b[2J${"y".repeat(5_000)}`);
    });
    const lines = (await done).log.map(({ line }) => line);
    expect(lines.slice(0, 2)).toEqual(["error: no link", "100%"]);
    expect(lines[2]).toStartWith("a\ufffdb\ufffd yyy");
    expect(lines[2]).toHaveLength(2_000);
  });

  test("of long ago keep their outcome, not their log", async () => {
    using bed = brokerBed();
    const operations = operationsOf(bed);
    const first = await operations.run("spawn", "alice", async (op) => op.step("said"));
    await first.done;
    for (let n = 0; n < 199; n++) await (await operations.run("spawn", "bob", async () => {})).done;
    expect(operations.get(first.operation_id).log).toHaveLength(1);
    await (await operations.run("spawn", "carol", async () => {})).done;
    expect(operations.get(first.operation_id)).toMatchObject({ state: "done", step: "said", log: [] });
  });
});
