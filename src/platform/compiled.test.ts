import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { run } from "./run.ts";

/** The build line that scripts use, without assets: what works in a test must work in what is shipped. */
const BUILD_LINE = [
  ...["build", "--compile", "--production", "--minify", "--bytecode", "--format=esm", "--sourcemap"],
  ...["--reject-unresolved", "--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"],
  "--compile-exec-argv=--disallow-code-generation-from-strings=strict --no-addons",
];

const PROBE = `
import { lockDirectory } from "$HERE/lock.ts";
import { serveHttp } from "$HERE/listen.ts";
import { createNotifier } from "$HERE/notify.ts";
import { spawnChild } from "$HERE/spawn.ts";
import { face, isCompiled } from "$HERE/runtime.ts";
import { openSqlite } from "$HERE/sqlite.ts";
import { connectUnix, listenUnix } from "$HERE/unix-socket.ts";
import process from "node:process";
const dir = process.argv[2];
const db = openSqlite(dir + "/probe.sqlite");
db.exec("create table t (id integer)");
const rows = db.transaction(() => db.prepare("insert into t values (?)").run(1).changes);
const peer = Promise.withResolvers();
const unix = await listenUnix({ path: dir + "/s", onConnection: (conn) => { peer.resolve(conn.peer); conn.end(); } });
(await connectUnix(dir + "/s")).destroy();
const warnings = [];
const log = { debug() {}, info() {}, error() {}, child() { return log; }, warn(fields) { warnings.push(String(fields.error)); } };
createNotifier({ env: { NOTIFY_SOCKET: dir + "/none" }, log }).ready();
lockDirectory(dir);
let second = "";
try { lockDirectory(dir); } catch (error) { second = error.code; }
const http = await serveHttp({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hi") });
const hello = await (await fetch(http.url)).text();
const child = await spawnChild({ argv: ["sh", "-c", "echo x > /dev/stdout"], env: { PATH: "/usr/bin:/bin" }, cwd: "/", truePipes: true });
let out = ""; for await (const bytes of child.stdout) out += Buffer.from(bytes).toString();
console.log(JSON.stringify({ face: face(), compiled: isCompiled(), rows, uid: (await peer.promise)?.uid, warnings, second, hello, out }));
await unix.close();
process.exit(0);
`;

const dir = mkdtempSync(join(tmpdir(), "compiled-"));
afterAll(() => rmSync(dir, { recursive: true }));

describe("compiled executable", () => {
  test("has a working database, peer credentials, datagrams, lock, http and true pipes", async () => {
    const here = new URL(".", import.meta.url).pathname.replace(/\/$/, "");
    writeFileSync(join(dir, "probe.ts"), PROBE.replaceAll("$HERE", here));
    const env = { PATH: process.env["PATH"], HOME: dir };
    const outfile = join(dir, "probe");
    const argv = [process.execPath, ...BUILD_LINE, join(dir, "probe.ts"), "--outfile", outfile];
    const built = await run({ argv, env, cwd: dir, timeoutMs: 60_000 });
    expect([built.code, built.code === 0 ? "" : built.stderr]).toEqual([0, ""]);
    const probe = await run({ argv: [outfile, dir], env: { HOME: dir }, cwd: dir, timeoutMs: 10_000 });
    expect(probe.stderr).toBe("");
    expect(JSON.parse(probe.stdout)).toEqual({
      face: "probe",
      compiled: true,
      rows: 1,
      uid: process.getuid?.() ?? -1,
      warnings: [expect.stringContaining("nothing was sent")],
      second: "conflict",
      hello: "hi",
      out: "x\n",
    });
  }, 90_000);
});
