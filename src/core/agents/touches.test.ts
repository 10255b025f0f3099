import { describe, expect, test } from "bun:test";
import { statusOf } from "../../../test/support/fake-services.ts";
import { manualClock } from "../../lib/clock.ts";
import { silentLogger } from "../../platform/log.ts";
import type { AgentRow } from "../../wire/agents.ts";
import { createTouches } from "./touches.ts";

function bed() {
  const clock = manualClock();
  const told: (string | undefined)[] = [];
  let text = "";
  const touches = createTouches({
    clock,
    log: silentLogger,
    find: () => ({ ...(statusOf("alice") as unknown as AgentRow), status_text: text }),
    append: async (row) => void told.push(row.status_text),
  });
  const say = (next: string): void => {
    text = next;
    touches.soon("alice");
  };
  return { clock, told, say };
}

describe("what is told of an agent", () => {
  test("comes quickly, and only when something changed", async () => {
    const { clock, told, say } = bed();
    say("a");
    await clock.advance(50);
    say("a");
    await clock.advance(2_000);
    expect(told).toEqual(["a"]);
  });

  test("cannot fill the timeline: who changes all the time is told about slowly, the last word always", async () => {
    const { clock, told, say } = bed();
    for (let at = 0; at < 1_200; at++) {
      say(`s${at}`);
      await clock.advance(50);
    }
    // A minute of it: the burst, then at most two a second.
    expect(told.length).toBeLessThan(200);
    say("at last");
    await clock.advance(1_000);
    expect(told.at(-1)).toBe("at last");
    await clock.advance(60_000);
    say("later");
    await clock.advance(50);
    expect(told.at(-1)).toBe("later");
  });
});
