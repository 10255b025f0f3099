import { describe, expect, test } from "bun:test";
import { closeSync, openSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Child, type SpawnOptions, spawnChild } from "./spawn.ts";

const env = { PATH: "/usr/bin:/bin" };

async function start(argv: readonly string[], options: Partial<SpawnOptions> = {}): Promise<Child> {
  return await spawnChild({ argv, env, cwd: "/", ...options });
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytes)).toString();
}

describe("child", () => {
  test("gets the environment it was given and nothing else", async () => {
    process.env["SPAWN_TEST_SECRET"] = "hunter2";
    const child = await start(["env"], { env: { PATH: "/usr/bin:/bin", A: "1", B: undefined } });
    delete process.env["SPAWN_TEST_SECRET"];
    expect((await textOf(child.stdout)).trim().split("\n").sort()).toEqual(["A=1", "PATH=/usr/bin:/bin"]);
  });

  test("tells its exit code, or the signal that ended it", async () => {
    expect(await (await start(["sh", "-c", "exit 7"])).exited).toEqual({ code: 7, signal: undefined });
    const child = await start(["sleep", "60"]);
    expect(child.kill("SIGINT")).toBe(true);
    expect(await child.exited).toEqual({ code: undefined, signal: "SIGINT" });
    expect(child.kill()).toBe(false);
  });

  test("that cannot be started is an error with the program's name", async () => {
    expect(start(["no-such-program"])).rejects.toMatchObject({ code: "not_found" });
    expect(start(["true"], { cwd: "/no/such/dir" })).rejects.toMatchObject({ code: "not_found" });
    expect(start(["/etc/passwd"])).rejects.toMatchObject({ code: "forbidden" });
  });

  test("whose output nobody reads waits, and fills no memory", async () => {
    const before = process.memoryUsage().rss;
    const child = await start(["sh", "-c", "head -c 200000000 /dev/zero; echo done >&2"]);
    const waits = await Promise.race([child.exited, waitUntilBlocked(child.pid)]);
    expect(waits).toBe("blocked");
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    child.kill("SIGKILL");
    await child.exited;
  });

  test("whose reader leaves early gets EPIPE and ends", async () => {
    const child = await start(["yes"]);
    for await (const _ of child.stdout) break;
    expect((await child.exited).code).not.toBe(0);
  });

  test("that ended takes no more input, without an error anywhere", async () => {
    const child = await start(["true"], { stdin: "pipe" });
    await child.exited;
    const accepted = [1, 2, 3].map(() => child.stdin.write("x".repeat(100_000)));
    await child.stdin.drain();
    expect(accepted.at(-1) && child.stdin.open).toBe(false);
  });

  test("that reads slowly makes the writer wait", async () => {
    const reader = await start(["sleep", "60"], { stdin: "pipe" });
    expect(reader.stdin.write("x".repeat(1_000_000))).toBe(false);
    const drained = reader.stdin.drain().then(() => "drained");
    expect(
      await Promise.race([drained, new Promise((resolve) => setImmediate(() => resolve("waits")))]),
    ).toBe("waits");
    reader.kill("SIGKILL");
    expect(await drained).toBe("drained");
  });

  test("sends ten megabytes through cat and gets them back", async () => {
    const child = await start(["cat"], { stdin: "pipe" });
    const feed = async (): Promise<void> => {
      for (let i = 0; i < 160; i++) if (!child.stdin.write("y".repeat(65_536))) await child.stdin.drain();
      child.stdin.end();
    };
    const [text] = await Promise.all([textOf(child.stdout), feed()]);
    expect(text.length).toBe(160 * 65_536);
  });

  test("may open /dev/stdout and /dev/stderr when it has true pipes", async () => {
    const argv = ["sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr"];
    const child = await start(argv, { truePipes: true });
    expect(await Promise.all([textOf(child.stdout), textOf(child.stderr)])).toEqual(["out\n", "err\n"]);
    expect((await child.exited).code).toBe(0);
  });

  test("lets go of true pipes that a background process holds", async () => {
    const child = await start(["sh", "-c", "echo out; sleep 60 &"], { truePipes: true, detached: true });
    const text = textOf(child.stdout);
    await child.exited;
    child.releaseOutput();
    expect(["", "out\n"]).toContain(await text);
    child.killGroup("SIGKILL");
  });

  test("writes into a file descriptor of ours", async () => {
    const fd = openSync("/dev/null", "w");
    const child = await start(["echo", "x"], { stdout: { fd } });
    closeSync(fd);
    expect(await textOf(child.stdout)).toBe("");
    expect((await child.exited).code).toBe(0);
  });

  test("dies with its parent when asked to", async () => {
    const script = `import { spawnChild } from ${JSON.stringify(new URL("./spawn.ts", import.meta.url).pathname)};
      const child = await spawnChild({ argv: ["sleep", "60"], env: { PATH: "/usr/bin:/bin" }, cwd: "/", pdeathsig: true });
      console.log(child.pid); setInterval(() => {}, 1000);`;
    const parent = await start([process.execPath, "-e", script]);
    const output = parent.stdout[Symbol.asyncIterator]();
    const pid = Number(Buffer.from((await output.next()).value ?? []).toString());
    expect(pid).toBeGreaterThan(1);
    await eventually(() => commandOf(pid).includes("sleep"));
    parent.kill("SIGKILL");
    await eventually(() => commandOf(pid) === "");
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 4_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("it did not happen in four seconds");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A `head` that sleeps in the kernel because the pipe is full. */
async function waitUntilBlocked(pid: number): Promise<string> {
  let still = 0;
  let last = "";
  await eventually(() => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    if (children === "") return false;
    const io = readFileSync(`/proc/${children.split(" ")[0]}/io`, "utf8");
    still = io === last && !io.includes("wchar: 0\n") ? still + 1 : 0;
    last = io;
    return still >= 20;
  });
  return "blocked";
}
