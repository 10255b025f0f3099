// What a build says is seen while it builds, and again by who comes later.
import { describe, expect, test } from "bun:test";
import { OPERATOR } from "../../../test/support/broker-bed.ts";
import { configBed, REAL_BACKENDS } from "../../../test/support/config-bed.ts";
import { HiveError } from "../../wire/errors.ts";

const backend = REAL_BACKENDS.find(({ reason }) => reason === undefined);

describe("a deploy's log", () => {
  test("holds each line of the build before its end, and its end when it fails", async () => {
    const go = Promise.withResolvers<void>();
    await using bed = await configBed(backend?.make, {
      target: (embedded) => ({
        ...embedded,
        prepare: async (_deployment, progress) => {
          progress.step("building its system", 0.2);
          for (let line = 0; line < 5_000; line++) progress.log(`building module ${line}`);
          await go.promise;
          progress.log("error: attribute 'ripgrepp' missing");
          throw new HiveError("conflict", "the configuration does not build");
        },
      }),
    });
    await bed.init("alice");
    const sha = await bed.commit("alice", { "agent.json": { packages: ["ripgrepp"] } });
    const { id } = await bed.ask("alice", sha);
    const { operation_id = "" } = await bed.approvals.approve(OPERATOR, id, undefined);
    const lines: string[] = [];
    let states = "";
    for await (const { log, state } of bed.operations.watch(operation_id, AbortSignal.timeout(10_000))) {
      lines.push(...log.map(({ line }) => line));
      if (states === "" && lines.includes("building module 4999")) {
        states = state;
        go.resolve();
      }
    }
    expect(states).toBe("running");
    expect(lines.at(-2)).toBe("error: attribute 'ripgrepp' missing");
    expect(await bed.settled(id)).toMatchObject({
      status: "failed",
      note: "the configuration does not build",
    });
    const later = bed.operations.get(operation_id);
    expect(later.log[0]?.line).toBe("checking it");
    expect(later.log.at(-1)?.line).toBe("the configuration does not build");
    expect(later.log_lines).toBe(5_004);
    expect((await bed.config.log("alice"))[0]).toMatchObject({ id, result: "failed" });
  });
});
