import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/platform/log.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { TurnContext } from "./context.ts";
import { finishTurn } from "./finish.ts";

interface Told {
  readonly usage?: unknown;
}

/** A turn at its end, and a hive-c0re that answers as told. */
function ending(answer: (said: Told) => void) {
  const told: Told[] = [];
  const context = {
    clock: systemClock,
    log: silentLogger,
    journal: { append: () => {} },
    lease: { messages: [] },
    messages: [],
    answers: [],
    reads: [],
    startedAt: 0,
    usage: { total: () => ({ input_tokens: -1 }) },
    insist: async (_key: string, said: Told) => {
      told.push(said);
      answer(said);
      return {};
    },
  } as unknown as TurnContext;
  return { told, finish: () => finishTurn(context, { lease_id: "L", outcome: "ok" }) };
}

describe("the end of a turn", () => {
  test("is told alone when what is said about it is refused: the batch must not come back for ever", async () => {
    const { told, finish } = ending(({ usage }) => {
      if (usage !== undefined) throw new HiveError("invalid", 'field "usage.input_tokens": too small');
    });
    await finish();
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual({ lease_id: "L", outcome: "ok" } as Told);
  });

  test("of a lease that is somebody else's by now is told once", async () => {
    const { told, finish } = ending(() => {
      throw new HiveError("not_found", "no such lease");
    });
    await finish();
    expect(told).toHaveLength(1);
  });
});
