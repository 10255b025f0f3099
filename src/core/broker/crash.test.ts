import { describe, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentActor, openBrokerAt } from "../../../test/support/broker-bed.ts";

const SENDER = join(import.meta.dir, "../../../test/support/durable-sender.ts");

/** Runs the sender and kills it once it acknowledged so many. The acknowledged ids by their key. */
async function sendUntilKilled(dir: string, round: number, acks: number): Promise<Map<string, string>> {
  const child = Bun.spawn([process.execPath, SENDER, dir, String(round)], {
    stdout: "pipe",
    stderr: "inherit",
    stdin: "ignore",
  });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split("\n").length > acks) child.kill("SIGKILL");
  }
  await child.exited;
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return new Map(lines.map((line) => line.split(" ") as [string, string]));
}

describe("an acknowledged message", () => {
  test("survives kill -9 of the daemon, and a repeat of it stays one message [msg:no-loss msg:no-dup]", async () => {
    const dir = mkdtempSync(join(tmpdir(), "hive-crash-"));
    const acknowledged = new Map<string, string>();
    let bed = openBrokerAt(dir);
    for (const [round, acks] of [37, 150, 281, 400].entries()) {
      bed.db.close();
      for (const [key, id] of await sendUntilKilled(dir, round, acks)) acknowledged.set(key, id);
      bed = openBrokerAt(dir);
      expect(bed.db.sqlite.prepare("pragma integrity_check").values()).toEqual([["ok"]]);
    }
    using last = bed;
    expect(acknowledged.size).toBeGreaterThanOrEqual(37 + 150 + 281 + 400);
    for (const [key, id] of acknowledged) {
      expect(last.broker.get(id).body).toBe(key);
      const repeat = {
        to: last.broker.get(id).to,
        body: key,
        priority: "normal",
        idempotency_key: key,
      } as const;
      expect(await last.broker.send(agentActor("bob"), repeat)).toEqual({ ids: [id], repeated: true });
    }
    const stored = last.db.sqlite
      .prepare("select count(*), count(distinct body) from messages where sender = 'bob'")
      .values()[0];
    expect(stored?.[0]).toBe(stored?.[1] ?? -1);
  }, 60_000);
});
