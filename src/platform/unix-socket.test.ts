import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Conn } from "./conn.ts";
import { readLines } from "./json-lines.ts";
import type { Peer } from "./peer.ts";
import {
  ConnectError,
  connectUnix,
  type ListenUnixOptions,
  listenUnix,
  type UnixListener,
} from "./unix-socket.ts";

let dir: string;
let path: string;
let opened: UnixListener[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "unix-"));
  path = join(dir, "host.sock");
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((listener) => listener.close()));
  rmSync(dir, { recursive: true });
});

async function listen(options: Partial<ListenUnixOptions>): Promise<UnixListener> {
  const listener = await listenUnix({ path, onConnection: (conn) => conn.end(), ...options });
  opened.push(listener);
  return listener;
}

const echo =
  (prefix: string) =>
  async (conn: Conn): Promise<void> => {
    for await (const line of readLines(conn)) conn.write(`${prefix}${line}\n`);
    conn.end();
  };

async function ask(line: string): Promise<string[]> {
  const conn = await connectUnix(path);
  conn.write(`${line}\n`);
  conn.end();
  return await Array.fromAsync(readLines(conn));
}

async function errnoOfConnect(): Promise<string> {
  const error = await connectUnix(path).catch((thrown: unknown) => thrown);
  return error instanceof ConnectError ? `${error.errno} ${error.code}` : String(error);
}

describe("unix listener", () => {
  test("answers a client that closed its half first", async () => {
    await listen({ onConnection: echo("> ") });
    expect(await ask("hello")).toEqual(["> hello"]);
  });

  test("has exactly the mode asked for, and leaves nothing else behind", async () => {
    await listen({ mode: 0o660, group: process.getgid?.() ?? 0 });
    expect(lstatSync(path).mode & 0o7777).toBe(0o660);
    expect(readdirSync(dir)).toEqual(["host.sock"]);
  });

  test("takes over from a running listener, whose end then leaves the newer socket alone", async () => {
    const first = await listen({ onConnection: echo("1 ") });
    await listen({ onConnection: echo("2 ") });
    expect(await ask("a")).toEqual(["2 a"]);
    await first.close();
    expect(await ask("b")).toEqual(["2 b"]);
  });

  test("replaces a stale socket and a regular file", async () => {
    const dead =
      "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ["-e", dead, path], { env: {} });
    if (!existsSync(path)) throw new Error("the stale socket was not made");
    expect(await errnoOfConnect()).toBe("ECONNREFUSED unavailable");
    const first = await listen({ onConnection: echo("") });
    expect(await ask("a")).toEqual(["a"]);
    await first.close();
    writeFileSync(path, "not a socket");
    await listen({ onConnection: echo("") });
    expect(await ask("b")).toEqual(["b"]);
  });

  test("removes its socket when it closes, and cuts open connections", async () => {
    const listener = await listen({ onConnection: async (conn) => void (await conn.closed) });
    const conn = await connectUnix(path);
    const lines = Array.fromAsync(readLines(conn));
    await listener.close();
    expect(await lines).toEqual([]);
    await conn.closed;
    expect(existsSync(path)).toBe(false);
    expect(await errnoOfConnect()).toBe("ENOENT unavailable");
  });

  test("refuses a path longer than the kernel takes, in words", async () => {
    expect(listen({ path: join(dir, "x".repeat(100)) })).rejects.toThrow("the most is 107");
  });

  test("refuses an unknown group before anything is bound", async () => {
    expect(listen({ group: "no-such-group" })).rejects.toThrow('group "no-such-group" does not exist');
    expect(readdirSync(dir)).toEqual([]);
  });

  test("survives a handler that throws: that connection ends, the next one works", async () => {
    let calls = 0;
    await listen({
      onConnection: async (conn) => {
        calls += 1;
        if (calls === 1) throw new Error("handler bug");
        await echo("")(conn);
      },
    });
    expect(await ask("a")).toEqual([]);
    expect(await ask("b")).toEqual(["b"]);
  });

  test("closes what is beyond the number of connections", async () => {
    await listen({ maxConnections: 1, onConnection: echo("") });
    const first = await connectUnix(path);
    first.write("a\n");
    const lines = readLines(first);
    expect((await lines.next()).value).toBe("a");
    const second = await connectUnix(path);
    expect(await Array.fromAsync(readLines(second))).toEqual([]);
    first.end();
    expect((await lines.next()).done).toBe(true);
  });
});

describe("connection", () => {
  test("tells who the peer is", async () => {
    const seen = Promise.withResolvers<Peer | undefined>();
    await listen({
      onConnection: (conn) => {
        seen.resolve(conn.peer);
        conn.end();
      },
    });
    const conn = await connectUnix(path);
    conn.end();
    const { pid, getuid, getgid } = process;
    expect(await seen.promise).toEqual({ pid, uid: getuid?.() ?? -1, gid: getgid?.() ?? -1 });
    await conn.closed;
  });

  test("drops a reader that is too slow, and keeps no more than the bound", async () => {
    const ended = Promise.withResolvers<Error | undefined>();
    await listen({
      maxQueued: 256 * 1024,
      onConnection: async (conn) => {
        for (let i = 0; i < 1_000; i++) conn.write("x".repeat(16 * 1024));
        ended.resolve(await conn.closed);
      },
    });
    const conn = await connectUnix(path);
    expect((await ended.promise)?.message).toContain("too slow");
    conn.destroy();
  });

  test("carries a hundred megabytes to a slow reader that is waited for", async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x61);
    await listen({
      maxQueued: 4 * 1024 * 1024,
      onConnection: async (conn) => {
        for (let i = 0; i < 100; i++) if (!conn.write(chunk)) await conn.drain();
        conn.end();
      },
    });
    const conn = await connectUnix(path);
    let received = 0;
    for await (const bytes of conn.bytes) received += bytes.length;
    expect(received).toBe(100 * chunk.length);
    conn.end();
    expect(await conn.closed).toBeUndefined();
  });

  test("gives up connecting when the signal is aborted", async () => {
    await listen({});
    expect(connectUnix(path, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
  });
});
