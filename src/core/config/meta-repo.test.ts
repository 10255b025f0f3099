import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "../../platform/git.ts";
import { type MetaRepo, metaRepo } from "./meta-repo.ts";

const ONE = { flake: "{ one }", lock: '{"one":1}' };
const TWO = { flake: "{ two }", lock: '{"two":2}' };

describe("the repository of the meta flake", () => {
  let base: string;
  let repo: MetaRepo;
  const within = (name: string): string => join(repo.path, name);
  const status = async (): Promise<string> =>
    (await git({ cwd: repo.path, args: ["status", "--porcelain"] })).stdout;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "hive-meta-"));
    repo = metaRepo(join(base, "meta"));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test("has nothing before the first commit, and needs no mending", async () => {
    await repo.heal();
    expect(await repo.committed()).toBeUndefined();
    expect(await repo.kept("0".repeat(40))).toBeUndefined();
  });

  test("commits flake and lock file together, once, and is clean", async () => {
    expect(await repo.commit(ONE, "one")).toBe(true);
    expect(await repo.commit(ONE, "again")).toBe(false);
    expect(await repo.committed()).toEqual(ONE);
    expect(await repo.commit(TWO, "two")).toBe(true);
    expect(await repo.committed()).toEqual(TWO);
    expect(await status()).toBe("");
  });

  test("keeps a text beside what is committed", async () => {
    const id = await repo.keep("words\n");
    await repo.commit(ONE, "one");
    expect(await repo.kept(id)).toBe("words\n");
    expect(await status()).toBe("");
  });

  test.each([".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock", ".git/config.lock"])(
    "works again after a git that was killed left %s",
    async (lock) => {
      await repo.commit(ONE, "one");
      writeFileSync(within(lock), "");
      await repo.heal();
      expect(await repo.commit(TWO, "two")).toBe(true);
      expect(await status()).toBe("");
    },
  );

  test("puts back what was written and not committed", async () => {
    await repo.commit(ONE, "one");
    writeFileSync(within("flake.lock"), '{"tw');
    writeFileSync(within("flake.nix"), TWO.flake);
    await git({ cwd: repo.path, args: ["add", "flake.nix"] });
    expect(await repo.committed()).toEqual(ONE);
    await repo.heal();
    expect(readFileSync(within("flake.lock"), "utf8")).toBe(ONE.lock);
    expect(await status()).toBe("");
  });

  test.each([".git/index", ".git/HEAD", ".git/refs/heads/main"])(
    "works again after a power cut left %s empty",
    async (file) => {
      await repo.commit(ONE, "one");
      truncateSync(within(file));
      await repo.heal();
      await repo.commit(TWO, "two");
      expect(await repo.committed()).toEqual(TWO);
      expect(await status()).toBe("");
    },
  );
});
