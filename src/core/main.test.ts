import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "../main.ts");
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function fresh(): string {
  const dir = mkdtempSync(join(tmpdir(), "hive-main-"));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function start(words: readonly string[]) {
  const child = Bun.spawn([process.execPath, MAIN, ...words], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: "/usr/bin:/bin", HOME: fresh() },
  });
  cleanups.push(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  return child;
}

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = start(words);
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

/** What it says at the end, without the log before it. */
function lastWords(err: string): string {
  return err
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("{"))
    .join("\n");
}

function ask(path: string, line: string): Promise<string> {
  const answer = Promise.withResolvers<string>();
  const socket = createConnection({ path }, () => socket.write(`${line}\n`));
  socket.setEncoding("utf8").once("data", (text) => {
    answer.resolve(String(text));
    socket.destroy();
  });
  socket.once("error", answer.reject);
  return answer.promise;
}

async function serving(stateDir: string) {
  const harness = join(stateDir, "hive-ag3nt");
  writeFileSync(harness, "");
  const config = join(stateDir, "c0re.json");
  writeFileSync(
    config,
    JSON.stringify({ state_dir: stateDir, port: 0, harness_path: harness, backend: "process" }),
  );
  const child = start(["serve", "--config", config]);
  let log = "";
  for await (const chunk of child.stderr) {
    log += new TextDecoder().decode(chunk);
    if (log.includes('"msg":"ready"')) return { child, config, socket: join(stateDir, "run/host.sock") };
  }
  throw new Error(`it did not start:\n${log}`);
}

describe("hive-c0re", () => {
  test("says its version and its help, with examples", async () => {
    expect((await run("--version")).out).toMatch(/^hive-c0re \S+ \(\S+\)\n$/);
    expect((await run("hivectl", "--version")).out).toStartWith("hivectl ");
    const help = await run("--help");
    expect([help.code, help.out]).toEqual([0, expect.stringContaining("examples:")]);
  });

  test("check-agent says ok, or which field of an agent.json is wrong", async () => {
    const file = join(fresh(), "agent.json");
    writeFileSync(file, '{"model":"opus"}');
    expect(await run("check-agent", file)).toMatchObject({ code: 0, out: "ok\n" });
    writeFileSync(file, '{"modle":"opus"}');
    const { code, err } = await run("check-agent", file);
    expect([code, err]).toEqual([2, expect.stringContaining('"modle"')]);
    expect(await run("check-agent", `${file}.none`)).toMatchObject({ code: 4 });
  });

  test("check-config says ok, or every problem with its path", async () => {
    const file = join(fresh(), "c0re.json");
    writeFileSync(file, '{"state_dir":"/s"}');
    expect(await run("check-config", file)).toMatchObject({ code: 0, out: "ok\n" });
    writeFileSync(file, '{"state_dir":"/s","port":70000,"color":"red"}');
    const { code, out } = await run("check-config", file);
    expect(code).toBe(2);
    expect(out.split("\n").slice(0, 2)).toEqual([
      expect.stringContaining('"port" too big'),
      `${file}: "color" is not a setting`,
    ]);
  });

  test("while its port is taken nothing is served, and a stop ends the wait at once", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    cleanups.push(() => void other.close());
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const state = fresh();
    const child = start(["serve", "--state", state, "--port", port, "--backend", "process"]);
    let log = "";
    for await (const chunk of child.stderr) {
      log += new TextDecoder().decode(chunk);
      if (log.includes(`port ${port} is in use, trying again`)) break;
    }
    expect(existsSync(join(state, "run/host.sock"))).toBe(false);
    const before = performance.now();
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("a state directory that cannot be used is one sentence and the next command", async () => {
    const dir = fresh();
    const file = join(dir, "file");
    writeFileSync(file, "");
    const open = join(dir, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    const cases = [
      [file, "is not a directory", 2],
      [join(file, "below"), "is not a directory", 8],
      ["/proc/hive", "cannot be used", 8],
      [open, "can be written by others", 3],
    ] as const;
    for (const [state, text] of cases) {
      const { code, err } = await run("serve", "--state", state, "--port", "0");
      expect(lastWords(err)).toContain(text);
      expect(lastWords(err).split("\n").length).toBeLessThanOrEqual(2);
      expect(code).toBeGreaterThan(1);
    }
  });

  test("serves, refuses a second one on the same directory, and ends in order", async () => {
    const dir = fresh();
    const { child, config, socket } = await serving(dir);
    expect(await ask(socket, '{"cmd":"list"}')).toBe('{"version":1,"ok":true,"agents":[]}\n');
    const second = await run("serve", "--config", config);
    expect(second.code).toBe(5);
    expect(lastWords(second.err)).toBe(
      `hive-c0re: "${dir}" is in use by process ${child.pid}\n  next: stop the hive that runs there, or choose another one with --state DIR`,
    );
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("[msg:no-loss] what was accepted is there after kill -9", async () => {
    const dir = fresh();
    const first = await serving(dir);
    const { ids } = JSON.parse(await ask(first.socket, '{"cmd":"send","to":"operator","body":"keep me"}'));
    first.child.kill("SIGKILL");
    await first.child.exited;
    const again = await serving(dir);
    expect(await ask(again.socket, `{"cmd":"message","id":"${ids[0]}"}`)).toContain('"body":"keep me"');
  });
});
