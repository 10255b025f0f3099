import { describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boundHarnessLog, lastWords, openHarnessLog, tailHarnessLog } from "./harness-log.ts";

function tempDir() {
  const dir = mkdtempSync(join(tmpdir(), "hive-log-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

describe("harness log", () => {
  test("is bounded under a writer that keeps it open, and its tail spans both files", () => {
    using temp = tempDir();
    const fd = openHarnessLog(temp.dir);
    for (let line = 0; line < 100; line++) writeSync(fd, `line ${line}\n`);
    expect(boundHarnessLog(temp.dir, 10_000)).toBe(false);
    expect(boundHarnessLog(temp.dir, 500)).toBe(true);
    writeSync(fd, "after\n");
    expect(statSync(join(temp.dir, "harness.log")).size).toBe(6);
    expect(tailHarnessLog(temp.dir, 3)).toEqual(["line 98", "line 99", "after"]);
    closeSync(fd);
  });

  test("says in plain words what went wrong last", () => {
    using temp = tempDir();
    const said = (line: string) => {
      writeFileSync(join(temp.dir, "harness.log"), `first\n${line}\n`);
      return lastWords(temp.dir);
    };
    const record = (fields: object) => JSON.stringify({ name: "hive-ag3nt", ...fields });
    expect(said("hive-ag3nt: no room")).toBe("hive-ag3nt: no room");
    expect(said(record({ level: "info", msg: "the harness runs" }))).toBeUndefined();
    expect(said(record({ level: "warn", msg: "port 8001 is in use" }))).toBe("port 8001 is in use");
    expect(said(record({ level: "error", msg: "it ended", error: { message: "no disk" } }))).toBe(
      "it ended: no disk",
    );
    expect(said('{"half')).toBe('{"half');
  });

  test("of an agent that made it huge keeps its end, at once and in little room [agent:confined]", () => {
    using temp = tempDir();
    const file = join(temp.dir, "harness.log");
    const fd = openHarnessLog(temp.dir);
    truncateSync(file, 64 * 1024 ** 3);
    writeSync(fd, "\nthe end\n");
    const started = performance.now();
    expect(boundHarnessLog(temp.dir)).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(statSync(`${file}.1`).size).toBe(4 * 1024 * 1024);
    expect(statSync(file).size).toBe(0);
    expect(tailHarnessLog(temp.dir, 1)).toEqual(["the end"]);
    closeSync(fd);
  });

  test("shows no control characters and no secrets", () => {
    using temp = tempDir();
    writeFileSync(join(temp.dir, "harness.log"), "\u001b[31mred sk-ant-api03-abcdef\n");
    expect(tailHarnessLog(temp.dir, 5)).toEqual(["\ufffd[31mred [redacted]"]);
  });

  test("is not written through a link", () => {
    using temp = tempDir();
    writeFileSync(join(temp.dir, "target"), "safe");
    symlinkSync("target", join(temp.dir, "harness.log"));
    expect(() => openHarnessLog(temp.dir)).toThrow();
    expect(readFileSync(join(temp.dir, "target"), "utf8")).toBe("safe");
  });

  test("of an agent that never ran is empty", () => {
    using temp = tempDir();
    expect(tailHarnessLog(temp.dir, 5)).toEqual([]);
    expect(boundHarnessLog(temp.dir)).toBe(false);
  });
});
