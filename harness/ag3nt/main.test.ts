import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { vncPort } from "../../src/lib/fnv1a.ts";

const MAIN = join(import.meta.dir, "../main.ts");

function run(...words: string[]): { code: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, MAIN, ...words]);
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

describe("hive-ag3nt vnc-port", () => {
  test("says the port of an agent's desktop, for what starts it", () => {
    expect(run("vnc-port", "alice")).toMatchObject({ code: 0, out: `${vncPort("alice")}\n` });
  });

  test.each([[["Al Ice"]], [[]], [["alice", "bob"]]])("refuses what is not one agent: %p", (words) => {
    const { code, err } = run("vnc-port", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining('"vnc-port" takes the name of one agent')]);
  });
});
