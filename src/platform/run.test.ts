import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitError, git, tryGit } from "./git.ts";
import { run } from "./run.ts";

const env = { PATH: "/usr/bin:/bin" };

describe("run", () => {
  test("feeds input, collects both outputs and the exit code", async () => {
    const result = await run({
      argv: ["sh", "-c", "cat; echo e >&2; exit 3"],
      env,
      input: "in",
      timeoutMs: 5_000,
    });
    expect(result).toMatchObject({ code: 3, stdout: "in", stderr: "e\n", truncated: false, timedOut: false });
  });

  test("keeps no more output than asked for and reads on to the end", async () => {
    const argv = ["sh", "-c", "head -c 5000000 /dev/zero; exit 4"];
    const result = await run({ argv, env, maxOutput: 1_000, timeoutMs: 5_000 });
    expect([result.stdout.length, result.truncated, result.code]).toEqual([1_000, true, 4]);
  });

  test("kills the whole group when the time is over", async () => {
    const started = Date.now();
    const result = await run({ argv: ["sh", "-c", "sleep 60 & sleep 60"], env, timeoutMs: 100 });
    expect([result.timedOut, result.signal]).toEqual([true, "SIGKILL"]);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test("does not wait for a background process that keeps the pipe", async () => {
    const started = Date.now();
    const result = await run({ argv: ["sh", "-c", "echo out; sleep 60 &"], env, timeoutMs: 30_000 });
    expect([result.code, result.stdout]).toEqual([0, "out\n"]);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test("rejects when it is aborted", async () => {
    const stop = new AbortController();
    const running = run({ argv: ["sleep", "60"], env, timeoutMs: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    expect(running).rejects.toThrow("enough");
    await running.catch(() => {});
  });

  test("takes a program that does not read its input", async () => {
    const result = await run({ argv: ["true"], env, input: "x".repeat(1_000_000), timeoutMs: 5_000 });
    expect(result.code).toBe(0);
  });
});

describe("git", () => {
  let repo: string;
  beforeAll(async () => {
    repo = mkdtempSync(join(tmpdir(), "git-"));
    await git({ cwd: repo, args: ["init", "-q"] });
  });
  afterAll(() => rmSync(repo, { recursive: true }));

  test("commits without any configuration of the user, and runs no hook", async () => {
    writeFileSync(join(repo, ".git/hooks/pre-commit"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    writeFileSync(join(repo, "a"), "1");
    await git({ cwd: repo, args: ["add", "a"] });
    await git({ cwd: repo, args: ["commit", "-q", "-m", "first"] });
    const { stdout } = await git({ cwd: repo, args: ["log", "--format=%an %s %D"] });
    expect(stdout).toBe("hyperhive first HEAD -> main\n");
  });

  test("failing tells the last line of what git said", async () => {
    const failing = git({ cwd: repo, args: ["rev-parse", "--verify", "nope"] });
    expect(failing).rejects.toBeInstanceOf(GitError);
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 128 });
    expect(String(error)).toContain('"git rev-parse" failed: fatal:');
    expect((await tryGit({ cwd: repo, args: ["diff", "--quiet", "HEAD"] })).code).toBe(0);
  });
});
