import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { git } from "./git.ts";

test("field notes: HYPERHIVE_GIT bakes git's absolute path in, whatever the PATH of the service", async () => {
  const dir = mkdtempSync(join(tmpdir(), "hive-git-"));
  const before = process.env["HYPERHIVE_GIT"];
  try {
    const program = join(dir, "baked-git");
    writeFileSync(program, "#!/bin/sh\necho baked\n", { mode: 0o755 });
    process.env["HYPERHIVE_GIT"] = program;
    expect((await git({ cwd: dir, args: ["--version"] })).stdout).toBe("baked\n");
  } finally {
    if (before === undefined) delete process.env["HYPERHIVE_GIT"];
    else process.env["HYPERHIVE_GIT"] = before;
    rmSync(dir, { recursive: true, force: true });
  }
});
