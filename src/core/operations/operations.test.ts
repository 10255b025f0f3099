import { describe, expect, test } from "bun:test";
import { brokerBed } from "../../../test/support/broker-bed.ts";
import { finishedOperation } from "../../../test/support/lifecycle-bed.ts";
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
    expect(operations.list(10)).toEqual([end]);
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

  test("keep a bounded log", async () => {
    using bed = brokerBed();
    const { done } = await operationsOf(bed).run("spawn", undefined, async (op) => {
      for (let line = 0; line < 1_000; line++) op.log(`line ${line}`);
    });
    const { log } = await done;
    expect(log).toHaveLength(300);
    expect(log.at(-1)?.line).toBe("line 999");
  });
});
