/**
 * How long from an operator's `send` to the line on claude's standard input, while claude is warm.
 * Real daemon, harness and claude; the model answers at once. `bun scripts/bench/wake-latency.ts [ROUNDS]`
 *
 * Measured on one machine by one wall clock: from before the request is written to the admin socket until a probe in
 * front of claude has read the line. What we replace polls every five seconds: 2,500 ms on average.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { claudePath } from "../../test/support/hive-programs.ts";
import { type Hive, startHive } from "../../test/support/start-hive.ts";
import { ROOT } from "../lib/paths.ts";
import { percentile, printRows } from "./report.ts";

const GOAL_P99_MS = 10;
/** Between two rounds, so that claude and the harness have put the last turn away: what wakes is an idle agent. */
const REST_MS = 150;

const rounds = Number(process.argv[2] ?? 200);
const scratch = mkdtempSync(join(tmpdir(), "hive-wake-"));
const log = join(scratch, "stdin.log");
const probe = join(scratch, "claude");
writeFileSync(log, "");
writeFileSync(
  probe,
  `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, "scripts/bench/stdin-probe.ts")}' "$@"\n`,
);
chmodSync(probe, 0o755);

const now = (): number => performance.timeOrigin + performance.now();

/** Sends and waits until the turn is over; gives when it was sent. */
async function oneRound(hive: Hive, round: number): Promise<number> {
  await Bun.sleep(REST_MS);
  const sentAt = now();
  const { ids } = await hive.call(operatorWire.send, { to: "alice", body: `round ${round}.` });
  const id = ids[0] ?? "";
  await hive.waitFor(`round ${round} is handled`, ({ messages }) => messages.get(id)?.state === "handled");
  return sentAt;
}

try {
  await using hive = await startHive({
    agents: [{ name: "alice", config: { warm_seconds: 600 } }],
    settings: { claude_path: probe },
    claudeEnv: { CLAUDE_PROBE_TARGET: claudePath(), CLAUDE_PROBE_LOG: log },
  });
  const WARM_UP = 10;
  for (let round = 0; round < WARM_UP; round += 1) await oneRound(hive, -1 - round);
  const sent = new Map<number, number>();
  for (let round = 0; round < rounds; round += 1) sent.set(round, await oneRound(hive, round));

  const samples: number[] = [];
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const found = /^([\d.]+) .*round (\d+)\./.exec(line);
    const start = found === null ? undefined : sent.get(Number(found[2]));
    if (found !== null && start !== undefined) samples.push(Number(found[1]) - start);
  }
  const p50 = percentile(samples, 0.5);
  const p99 = percentile(samples, 0.99);
  printRows(`wake latency, ${samples.length} sends to a warm agent`, [
    {
      what: "send → claude's stdin, p50",
      value: `${p50.toFixed(2)} ms`,
      ratio: p50 / 2500,
      against: "a 5 s poll (2,500 ms)",
    },
    {
      what: "send → claude's stdin, p99",
      value: `${p99.toFixed(2)} ms`,
      ratio: p99 / GOAL_P99_MS,
      met: p99 < GOAL_P99_MS,
      against: `the goal of ${GOAL_P99_MS} ms`,
    },
    { what: "slowest", value: `${Math.max(...samples).toFixed(2)} ms` },
  ]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
