// kill -9 of the daemon, of a harness, of claude, at random points of running traffic. Seeds are fixed; a failure
// prints the plan. HIVE_FAULT_ROUNDS (per seed) and HIVE_FAULT_SEED try others.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { type Hive, startHive } from "../support/start-hive.ts";
import { describeRound, planRounds, type Round } from "./plan.ts";
import { watchSingleFlight } from "./single-flight.ts";
import { allMessages, type Job, jobRules, judge, sendJob } from "./traffic.ts";

const ROUNDS = Number(process.env["HIVE_FAULT_ROUNDS"] ?? 50);
const SEEDS = process.env["HIVE_FAULT_SEED"]?.split(",").map(Number) ?? [11, 23, 37, 41, 59];
const PAUSE_EVERY = 6;
const REST_MS = 60_000;
const AGENTS = [{ name: "alice" }, { name: "bob" }];

describe("a hive under kill -9", () => {
  test.each(SEEDS)(
    "loses nothing, repeats nothing, keeps order and single flight (seed %d) [msg:no-loss msg:no-dup msg:order msg:redeliver turn:single-flight]",
    async (seed) => {
      const settings = { stop_agents_on_exit: false };
      await using hive = await startHive({ rules: jobRules(), agents: AGENTS, settings });
      using flight = watchSingleFlight(hive);
      const plan = planRounds({ seed, rounds: ROUNDS, pauseEvery: PAUSE_EVERY });
      const jobs: Job[] = [];
      let hits = 0;
      for (const [at, round] of plan.entries()) {
        const told = `seed ${seed}, round ${at + 1}: ${describeRound(round)}`;
        try {
          await startHeldBack(hive);
          const played = await playRound(hive, round, `s${seed}r${at}`);
          jobs.push(...played.jobs);
          hits += played.hit ? 1 : 0;
          if ((at + 1) % PAUSE_EVERY === 0 || at + 1 === plan.length) await untilRest(hive, jobs);
          expect(flight.violations).toEqual([]);
        } catch (error) {
          throw new Error(`${told}\n${error instanceof Error ? error.message : error}\n${hive.log()}`, {
            cause: error,
          });
        }
      }
      console.log(`seed ${seed}: ${hits} of ${plan.length} kills hit, ${jobs.length} jobs`);
      // A plan that kills nobody proves nothing.
      expect(hits).toBeGreaterThan(plan.length * 0.6);
      expect(flight.looks).toBeGreaterThan(plan.length);
      expect(flight.most.get("alice")).toBe(1);
      await readable(hive);
    },
    600_000,
  );
});

interface Played {
  readonly jobs: readonly Job[];
  /** There was such a process at that moment. */
  readonly hit: boolean;
}

async function playRound(hive: Hive, { sends, target, delayMs }: Round, prefix: string): Promise<Played> {
  const killed = (async () => {
    await Bun.sleep(delayMs);
    const count = await hive.kill9(target);
    if (target === "core") await hive.startCore();
    return count > 0;
  })();
  const jobs: Job[] = [];
  // One after the other: the order in which they were accepted is the order they must keep.
  for (const [at, to] of sends.entries()) jobs.push(await sendJob(hive, `${prefix}j${at}`, to));
  return { jobs, hit: await killed };
}

/** Everything accepted is handled, exactly once and in order. */
async function untilRest(hive: Hive, jobs: readonly Job[]): Promise<void> {
  let wrong: readonly string[] = ["not looked yet"];
  const deadline = Date.now() + REST_MS;
  while (Date.now() < deadline) {
    await startHeldBack(hive);
    wrong = judge(jobs, await allMessages(hive));
    if (wrong.length === 0) return;
    await Bun.sleep(150);
  }
  throw new Error(`still wrong after ${REST_MS} ms:\n${wrong.slice(0, 20).join("\n")}`);
}

/** So many kills are a crash loop to the supervisor, which waits longer each time: until the operator's word. */
async function startHeldBack(hive: Hive): Promise<void> {
  const { agents } = await hive.call(operatorWire.agents, {});
  const held = agents
    .filter(({ process, restarts }) => process === "failed" || (process === "backoff" && restarts > 1))
    .map(({ name }) => name);
  if (held.length > 0) await hive.call(operatorWire.start, { scope: { agent_names: held } });
}

/** By the daemon's own word: the followed view may still show an agent from before the last kill. */
async function untilAllIdle(hive: Hive): Promise<void> {
  let waiting: readonly string[] = ["not looked yet"];
  const deadline = Date.now() + REST_MS;
  while (Date.now() < deadline) {
    await startHeldBack(hive);
    const { agents } = await hive.call(operatorWire.agents, {});
    waiting = agents
      .filter(
        ({ connected, state, queued, in_turn }) =>
          !(connected && state?.kind === "idle" && queued + in_turn === 0),
      )
      .map((agent) => JSON.stringify(agent));
    if (waiting.length === 0) return;
    await Bun.sleep(150);
  }
  throw new Error(`not idle after ${REST_MS} ms:\n${waiting.join("\n")}\n${hive.log()}`);
}

async function readable(hive: Hive): Promise<void> {
  await untilAllIdle(hive);
  for (const { name } of AGENTS) {
    const { events } = await hive.call(operatorWire.journal, { name, limit: 1000 });
    expect(events.length).toBeGreaterThan(0);
    integrity(join(hive.stateDir, "agents", name, "state/hyperhive-events.sqlite"));
  }
  await hive.stopCore();
  integrity(join(hive.stateDir, "hive.sqlite"));
}

function integrity(file: string): void {
  using db = new Database(file, { readonly: true });
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
}
