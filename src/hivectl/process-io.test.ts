import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "main.ts");

async function shell(script: string): Promise<{ code: number; out: string; err: string }> {
  const child = Bun.spawn(["bash", "-c", script, "bash", process.execPath, MAIN], {
    env: { PATH: process.env["PATH"] ?? "", HIVE_SOCKET: "/nowhere/s" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

describe("hivectl as a process", () => {
  test("writes all it has to a pipe, and its exit code is the table's", async () => {
    const { out } = await shell('"$1" "$2" markdown-docs --out - | tail -c 20 | wc -c');
    expect(out.trim()).toBe("20");
    const refused = await shell('"$1" "$2" list');
    expect(refused).toMatchObject({ code: 9, out: "" });
    expect(refused.err).toContain("hive-c0re is not running");
  });

  test("ends quietly when its reader has gone", async () => {
    const script = 'exec 3>&1; { "$1" "$2" markdown-docs --out - ; echo "rc $?" >&3; } | true';
    expect(await shell(script)).toEqual({ code: 0, out: "rc 0\n", err: "" });
  });

  test("takes a text from standard input", async () => {
    const { err } = await shell('echo hello | "$1" "$2" message send alice - --socket /nowhere/t');
    expect(err).toContain('no socket at "/nowhere/t"');
  });
});
