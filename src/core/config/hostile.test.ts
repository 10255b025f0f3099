import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { agentActor } from "../../../test/support/broker-bed.ts";
import { type ConfigBed, configBed, REAL_BACKENDS } from "../../../test/support/config-bed.ts";
import { git } from "../../platform/git.ts";

/** What of a refused commit is left in our repository: nothing but the first commit's objects. */
async function objectsOf(bed: ConfigBed, name: string): Promise<string> {
  const cwd = bed.place(name).applied;
  return (await git({ cwd, args: ["cat-file", "--batch-all-objects", "--batch-check"] })).stdout;
}

async function refused(bed: ConfigBed, commit: string) {
  const before = await objectsOf(bed, "alice");
  try {
    await bed.ask("alice", commit);
  } catch (error) {
    expect(await objectsOf(bed, "alice")).toBe(before);
    expect(readdirSync(bed.place("alice").config).filter((one) => one.startsWith("incoming-"))).toEqual([]);
    expect(bed.approvals.list(false)).toEqual([]);
    return error as { code: string; message: string };
  }
  throw new Error("it was taken");
}

/** A tree made by hand, since git itself would refuse some of them. */
function handMade(entries: string): string {
  return `blob=$(echo x | git hash-object -w --stdin); good=$(git rev-parse HEAD:agent.json); tree=$(printf '${entries}' | sed "s/BLOB/$blob/g; s/GOOD/$good/g" | git mktree --missing)
    c=$(git commit-tree -m odd -p HEAD $tree); git update-ref refs/heads/odd $c; echo $c`;
}

const BAD_TREES: readonly (readonly [what: string, script: string, says: RegExp])[] = [
  ["no agent.json", "git rm -q agent.json; git commit -qm x; git rev-parse HEAD", /has no "agent.json"/],
  [
    "agent.json as a link",
    "ln -sf /etc/passwd agent.json; git add -A; git commit -qm x; git rev-parse HEAD",
    /"agent.json" is a symbolic link/,
  ],
  [
    "a link elsewhere",
    "ln -s ../../.. up; git add -A; git commit -qm x; git rev-parse HEAD",
    /"up" is a symbolic link/,
  ],
  [
    "agent.json as a directory",
    "git rm -q agent.json; mkdir agent.json; echo 1 > agent.json/x; git add -A; git commit -qm x; git rev-parse HEAD",
    /not an ordinary file/,
  ],
  [
    "a submodule",
    "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub; git commit -qm x; git rev-parse HEAD",
    /"sub" is a submodule/,
  ],
  [
    "JSON with an unknown field",
    `echo '{"root":true}' > agent.json; git commit -qam x; git rev-parse HEAD`,
    /agent.json" is not right: Unrecognized key/,
  ],
  [
    "a field of the wrong type",
    `echo '{"limits":{"tasks_max":"many"}}' > agent.json; git commit -qam x; git rev-parse HEAD`,
    /"limits.tasks_max"/,
  ],
  ["no JSON", "echo '{' > agent.json; git commit -qam x; git rev-parse HEAD", /is not JSON/],
  [
    "another role",
    `echo '{"role":"manager"}' > agent.json; git commit -qam x; git rev-parse HEAD`,
    /cannot change the role/,
  ],
  [
    "a large file",
    "head -c 2000000 /dev/zero > big; git add -A; git commit -qm x; git rev-parse HEAD",
    /larger than/,
  ],
  [
    "many files",
    "for i in $(seq 501); do echo $i > f$i; done; git add -A; git commit -qm x; git rev-parse HEAD",
    /at most 500/,
  ],
  [
    "a name that hides",
    'touch "$(printf "a\\033[31m")"; git add -A; git commit -qm x; git rev-parse HEAD',
    /not a path that can be shown/,
  ],
  [
    "a long difference",
    "seq 60000 > long; git add -A; git commit -qm x; git rev-parse HEAD",
    /nobody can judge it/,
  ],
  ["nothing new", "git commit -qm x --allow-empty; git rev-parse HEAD", /changes nothing/],
  [
    "a path that climbs",
    handMade("100644 blob GOOD\\tagent.json\\n040000 tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\\t..\\n"),
    /damaged or not complete/,
  ],
  [
    "a repository inside",
    handMade("100644 blob BLOB\\t.git\\n100644 blob GOOD\\tagent.json\\n"),
    /damaged or not complete/,
  ],
  [
    "a missing blob",
    handMade("100644 blob GOOD\\tagent.json\\n100644 blob 00000000000000000000000000000000000000aa\\tb\\n"),
    /damaged or not complete/,
  ],
];

const BAD_NAMES: readonly (readonly [what: string, script: string, says: RegExp])[] = [
  ["a tag", "git tag -a -m v1 v1; git rev-parse v1", /is a tag, not a commit/],
  ["a tree", "git rev-parse HEAD^{tree}", /is a tree, not a commit/],
  ["a branch's name", "echo main", /is not a commit: give/],
  ["an option", "echo --output=/tmp/x", /is not a commit: give/],
  ["two digits", "git rev-parse HEAD | cut -c-2", /is not a commit: give/],
  ["nothing there", "echo 0123456789012345678901234567890123456789", /is not in the repository/],
  [
    "what was force-pushed away",
    "git commit -qm x --allow-empty; git rev-parse HEAD; git reset -q --hard HEAD~1",
    /is on no branch/,
  ],
  ["a branch in a commit's clothes", "git branch abcdef0 HEAD; echo abcdef0", /not a commit/],
];

for (const { name, reason, make } of REAL_BACKENDS) {
  const when = (title: string, body: () => Promise<void>) =>
    // The title says why it does not work on this machine.
    reason === undefined ? test(title, body, 60_000) : test.skip(`${title} (${reason})`, body);

  describe(`hostile configuration on ${name}`, () => {
    when("is refused with a sentence, and leaves nothing behind [agent:confined]", async () => {
      await using bed = await configBed(make);
      await bed.init("alice");
      const before = bed.agents.record("alice");
      for (const [what, script, says] of [...BAD_TREES, ...BAD_NAMES]) {
        const commit = await bed.sh(
          "alice",
          `git reset -q --hard refs/hive/deployed; git clean -qfdx; ${script}`,
        );
        const error = await refused(bed, commit);
        expect({ what, message: error.message }).toEqual({ what, message: expect.stringMatching(says) });
      }
      expect(bed.agents.record("alice")).toEqual(before);
    });

    when("runs none of its code outside of the agent's cage [agent:confined]", async () => {
      await using bed = await configBed(make);
      await bed.init("alice");
      const sha = await bed.commit("alice", {
        "agent.json": { effort: "high" },
        ".gitattributes": "* filter=evil -diff\n",
      });
      // Inside, these would be visible in the work tree; from c0re's own git, in its directories.
      const evil = `#!/bin/sh\\ntouch "${bed.dir}/owned" /tmp/hive-config-owned-${process.pid} "$PWD/owned"\\n`;
      await bed.sh(
        "alice",
        `printf '${evil}' > .git/evil; chmod 755 .git/evil; mkdir -p .git/hooks
        for hook in post-checkout reference-transaction pre-auto-gc post-index-change post-merge update post-receive; do cp .git/evil .git/hooks/$hook; done
        for key in core.fsmonitor core.sshCommand core.pager core.editor filter.evil.clean filter.evil.smudge diff.external core.alternateRefsCommand uploadpack.packObjectsHook pager.log gpg.program; do git config $key "$PWD/.git/evil"; done
        git config extensions.partialClone evil; git config remote.evil.url "ext::$PWD/.git/evil"; git config remote.evil.promisor true; git config protocol.ext.allow always`,
      );
      const { id } = await bed.ask("alice", sha);
      await bed.approve(id);
      expect(bed.agents.get("alice").config.effort).toBe("high");
      expect(existsSync(join(bed.dir, "owned"))).toBe(false);
      expect(existsSync(`/tmp/hive-config-owned-${process.pid}`)).toBe(false);
      expect(existsSync(join(bed.place("alice").applied, "owned"))).toBe(false);
    });

    when("is shown in full, whatever its attributes say [approval:pinned]", async () => {
      await using bed = await configBed(make);
      await bed.init("alice");
      const sha = await bed.commit("alice", {
        ".gitattributes": "* -diff binary\n",
        "agent.json": { system_prompt: "evil \u202e \u001b[2J plan" },
        blob: "a\0b",
      });
      const { payload } = await bed.ask("alice", sha);
      const diff = String(payload?.["diff"]);
      expect(diff).toContain("* -diff binary");
      expect(diff).toContain('"system_prompt": "evil \\u{202e} \\u001b[2J plan"');
      expect(diff).toContain("a\\u{0}b");
      expect(diff).not.toContain("Binary files");
      for (const char of ["\u202e", "\u001b", "\0"]) expect(diff).not.toContain(char);
    });

    when("has no repository, or one in pieces, and is told so", async () => {
      await using bed = await configBed(make);
      await expect(bed.ask("alice", "0123456789")).rejects.toMatchObject({
        code: "conflict",
        hint: "request_init_config makes one",
      });
      await bed.init("alice");
      const sha = await bed.commit("alice", { "agent.json": { model: "opus" } });
      await bed.sh("alice", "cp -r .git .keep; rm -rf .git/objects; mkdir -p .git/objects/info");
      expect((await refused(bed, sha)).message).toMatch(/is not in the repository/);
      await bed.sh("alice", "rm -rf .git; echo 'gitdir: /nowhere' > .git");
      expect((await refused(bed, sha)).message).toMatch(/there is no repository|git did not work/);
      await bed.sh("alice", "rm .git; ln -s /etc .git");
      expect((await refused(bed, sha)).message).toMatch(/there is no repository|git did not work/);
      await bed.sh("alice", `rm .git; mv .keep .git; git rev-parse HEAD^ > .git/shallow`);
      expect((await bed.ask("alice", sha)).fetched_sha).toBe(sha);
    });

    when("of another is the manager's to propose, from a tree of its own", async () => {
      await using bed = await configBed(make);
      await bed.spawn("bob");
      const ask = (by: string, payload: Record<string, string>) =>
        bed.approvals.request(agentActor(by), { kind: "merge_config_pr", payload, description: "x" });
      await bed.init("alice", "hm1nd");
      await expect(bed.init("alice", "bob")).rejects.toMatchObject({ code: "forbidden" });
      await expect(ask("bob", { agent: "alice", commit: "0123456" })).rejects.toMatchObject({
        code: "forbidden",
      });
      const { own, others } = bed.lifecycle.configDirs("hm1nd");
      expect(own).not.toBe(`${others}/alice`);
      const config = '{"model":"haiku"}';
      const script = `cd ${others}/alice && echo '${config}' > agent.json && git commit -qam x && git rev-parse HEAD`;
      const { stdout } = await bed.lifecycle.exec("hm1nd", ["/bin/sh", "-euc", script], {
        timeoutMs: 20_000,
      });
      const { id } = await ask("hm1nd", { agent: "alice", commit: stdout.trim() });
      await bed.approve(id);
      expect(bed.agents.get("alice").config.model).toBe("haiku");
      // What one writes is no code of the other's.
      expect(await bed.sh("alice", "cat agent.json")).not.toContain("haiku");
    });
  });
}
