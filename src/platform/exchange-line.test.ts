import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange as exchangeBun } from "./bun/exchange-line.ts";
import { exchange as exchangeNode } from "./deno/exchange-line.ts";
import { errnoOf } from "./errno.ts";
import { readLines } from "./json-lines.ts";
import { listenUnix } from "./unix-socket.ts";

async function echoServer(answer: (line: string) => string) {
  const directory = mkdtempSync(join(tmpdir(), "exchange-"));
  const listener = await listenUnix({
    path: join(directory, "s"),
    onConnection: async (conn) => {
      for await (const line of readLines(conn, { maxBytes: 8e6 })) conn.write(answer(line));
      conn.end();
    },
  });
  return {
    path: listener.path,
    [Symbol.asyncDispose]: async () => {
      await listener.close();
      rmSync(directory, { recursive: true });
    },
  };
}

for (const [name, exchange] of [
  ["bun", exchangeBun],
  ["node:net", exchangeNode],
] as const) {
  describe(`exchangeLine over ${name}`, () => {
    test("brings a line of any size there and back, byte by byte", async () => {
      await using server = await echoServer((line) => `${line}\n`);
      const line = "ä€😀".repeat(300_000);
      expect(await exchange({ path: server.path, line, maxBytes: 8e6 })).toBe(line);
    });

    test("takes the first line only", async () => {
      await using server = await echoServer(() => "one\ntwo\n");
      expect(await exchange({ path: server.path, line: "x", maxBytes: 100 })).toBe("one");
    });

    test("says what the system said when nobody listens", async () => {
      const gone = join(tmpdir(), "no-such-directory", "s");
      const error = await exchange({ path: gone, line: "x", maxBytes: 10 }).catch((e: unknown) => e);
      expect(errnoOf(error)).toBe("ENOENT");
    });
  });
}

describe("exchangeLine over bun", () => {
  test("gives up on an answer that is longer than allowed", async () => {
    await using server = await echoServer(() => `${"x".repeat(2000)}\n`);
    expect(await exchangeBun({ path: server.path, line: "x", maxBytes: 100 })).toBeUndefined();
  });
});
