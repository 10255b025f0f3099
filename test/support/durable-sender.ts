/** Sends to the broker in the directory it is given until it is killed, and writes each acknowledged id to stdout. */
import { writeSync } from "node:fs";
import process from "node:process";
import { agentActor, openBrokerAt } from "./broker-bed.ts";

const [dir, round] = process.argv.slice(2);
if (dir === undefined || round === undefined) throw new Error("usage: durable-sender DIR ROUND");
const bed = openBrokerAt(dir);

async function sender(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `${round}-${lane}-${n}`;
    const to = n % 2 === 0 ? "alice" : "operator";
    const message = { to, body: key, priority: "normal", idempotency_key: key } as const;
    const { ids } = await bed.broker.send(agentActor("bob"), message);
    writeSync(1, `${key} ${ids[0] ?? ""}\n`);
    if (n % 50 === 49) await work();
  }
}

/** Keeps the inbox from filling up. */
async function work(): Promise<void> {
  const lease = await bed.broker.lease("alice", {
    boot_id: "boot-0001",
    max: 100,
    signal: new AbortController().signal,
  });
  await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => sender(lane)));
