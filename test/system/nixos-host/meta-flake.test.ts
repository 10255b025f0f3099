// The meta flake as the hive writes it, given to the real nix: locked, built, updated, cut off. nix runs in a root of
// its own; only hyperhive's flake, and by it nixpkgs, is a stub.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureBaseRoot } from "./base-root.ts";
import { machineReason } from "./machine.ts";
import { type MetaBed, metaBed } from "./meta-bed.ts";
import { HYPERHIVE_FLAKE, type NixBed, nixBed } from "./nix.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
// Where there is no nix, the title says why.
const real = test.skipIf(reason !== undefined);
const PATIENCE = 60_000;

describe(`the meta flake and the real nix${reason === undefined ? "" : ` (${reason})`}`, () => {
  let bed: NixBed;
  beforeAll(() => {
    if (reason === undefined) bed = nixBed();
  });
  afterAll(() => bed?.[Symbol.dispose]());

  const hive = (name: string): MetaBed => metaBed(bed, name);
  const JSON_ONE = { "agent.json": '{"role":"agent"}' };

  real(
    "is locked to exactly what is applied, committed with its lock file, and clean",
    async () => {
      const one = hive("plain");
      mkdirSync(join(one.state, "bob"));
      await one.systems.buildFirst("bob", one.how);
      one.agents.push({ name: "bob" });
      const sha = await one.deploy("alice", { "agent.json": '{"role":"agent","model":"haiku"}' });
      expect(one.lock().nodes["agent-alice"]?.locked?.rev).toBe(sha);
      expect(await one.status()).toBe("");
      const system = one.built("alice");
      expect(system).toMatch(/^\/nix\/store\/[0-9a-z]{32}-nixos-system-h-alice$/);
      expect(JSON.parse(readFileSync(bed.inside(`${system}/agent.json`), "utf8"))).toEqual({
        role: "agent",
        model: "haiku",
      });
      expect(one.built("bob")).toEndWith("-nixos-system-h-bob");
      // Nobody needs the hive for it.
      const ref = `${join(one.state, "meta")}#nixosConfigurations.alice.config.system.build.toplevel`;
      const again = await one.nix("build", "--no-link", "--print-out-paths", ref);
      expect(again).toEqual([system]);
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );

  real(
    "field notes: nix build flake#name does not walk into nixosConfigurations",
    async () => {
      const one = hive("attributes");
      await one.deploy("alice", JSON_ONE);
      const meta = join(one.state, "meta");
      const build = (attribute: string) => one.nix("build", "--no-link", `${meta}#${attribute}`);
      await build("nixosConfigurations.alice.config.system.build.toplevel");
      for (const wrong of [
        "alice.config.system.build.toplevel",
        "nixosConfigurations.bob.config.system.build.toplevel",
      ])
        await expect(build(wrong)).rejects.toThrow(`does not provide attribute 'packages.`);
    },
    PATIENCE,
  );

  real.each(["a b", "a#b", "a?b=c&d", `it's %41 "q" $x \${y}`, "ünï", "a;b,c+d@e:f=g"])(
    "is the same below a directory of the name %j",
    async (name) => {
      const one = hive(name);
      await one.deploy("alice", JSON_ONE);
      expect(one.built("alice")).toEndWith("-nixos-system-h-alice");
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );

  real(
    "stays as it is when a configuration does not build [cfg:atomic]",
    async () => {
      const one = hive("broken");
      await one.deploy("alice", JSON_ONE);
      const before = { flake: one.flake(), lock: one.lock(), system: one.built("alice") };
      for (const nix of [
        "{ ... }: {",
        '{ ... }: { build = "echo x >/dev/full"; }',
        "{ ... }: { build = nope; }",
      ]) {
        const made = await one.commit("alice", { ...JSON_ONE, "agent.nix": nix });
        await expect(one.systems.build(made, one.how)).rejects.toThrow();
        await expect(one.systems.switchTo(made, one.how)).rejects.toThrow();
      }
      expect({ flake: one.flake(), lock: one.lock(), system: one.built("alice") }).toEqual(before);
      expect(await one.status()).toBe("");
      expect(readdirSync(one.state).toSorted()).toEqual(["alice", "cache", "meta"]);
    },
    PATIENCE,
  );

  real(
    "says of a build that has no room that the disk is full, and passes on what builders say as they say it",
    async () => {
      const one = hive("full");
      const made = await one.commit("alice", {
        ...JSON_ONE,
        "agent.nix": `{ ... }: { build = "echo first words; head -c 1m /dev/zero >/dev/full"; }`,
      });
      await expect(one.systems.build(made, one.how)).rejects.toMatchObject({ code: "storage" });
      expect(one.said).toContain("first words");
      expect(existsSync(join(one.state, "meta"))).toBe(false);
    },
    PATIENCE,
  );

  real(
    "leaves no builder running behind a build that was called off",
    async () => {
      const one = hive("called-off");
      const mark = `sleep 98${process.pid}`;
      const made = await one.commit("alice", { "agent.nix": `{ ... }: { build = "echo begun; ${mark}"; }` });
      const stop = new AbortController();
      const report = (line: string): void => {
        if (line === "begun") stop.abort(new Error("called off"));
      };
      const build = one.systems.build(made, { report, signal: stop.signal });
      await expect(build).rejects.toThrow("called off");
      expect(Bun.spawnSync(["pgrep", "-f", `^${mark}`]).stdout.toString()).toBe("");
      await one.deploy("alice", JSON_ONE);
    },
    PATIENCE,
  );

  real(
    "names the commit that is missing",
    async () => {
      const one = hive("missing");
      const made = await one.commit("alice", JSON_ONE);
      const sha = "0123456789abcdef0123456789abcdef01234567";
      await expect(one.systems.build({ ...made, sha }, one.how)).rejects.toThrow(
        `the inputs of the meta flake cannot be locked: error: Cannot find Git revision '${sha}'`,
      );
    },
    PATIENCE,
  );

  real(
    "is mended at the start: locks of a killed git, half of a lock file, an agent that was not applied",
    async () => {
      const one = hive("cut-off");
      const first = await one.deploy("alice", JSON_ONE);
      const former = one.agents[0];
      await one.deploy("alice", { "agent.json": '{"role":"agent","model":"opus"}' });
      one.agents.splice(0, 1, former ?? { name: "alice" });
      const meta = join(one.state, "meta");
      const caches = join(one.state, "cache/nix/gitv3");
      const [cached] = readdirSync(caches).filter((entry) => !entry.endsWith(".lock"));
      const left = [
        ...["index.lock", "HEAD.lock", "refs/heads/main.lock"].map((name) => join(meta, ".git", name)),
        // Of an input with a branch: nix would go on with what it has, and say that nothing is newer.
        join(caches, cached ?? "", "refs/heads/main.lock"),
      ];
      for (const path of left) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, "");
      }
      writeFileSync(join(meta, "flake.lock"), '{"nodes":');
      mkdirSync(join(one.state, "meta-draft"), { recursive: true });
      writeFileSync(join(one.state, "meta-draft/flake.lock"), "half");
      await one.systems.settle();
      expect(left.filter((path) => existsSync(path))).toEqual([]);
      expect(one.lock().nodes["agent-alice"]?.locked?.rev).toBe(first);
      expect(one.flake()).toContain(`&rev=${first}"`);
      expect(await one.status()).toBe("");
      await one.deploy("alice", { "agent.json": '{"role":"agent","model":"haiku"}' });
    },
    PATIENCE,
  );

  real(
    "forgets an agent that goes",
    async () => {
      const one = hive("gone");
      await one.deploy("alice", JSON_ONE);
      await one.deploy("bob", JSON_ONE);
      await one.systems.forget("alice");
      expect(Object.keys(one.lock().nodes).toSorted()).toEqual(["agent-bob", "hyperhive", "root"]);
      expect(one.flake()).not.toContain("alice");
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );

  real(
    "keeps its other inputs until they are updated, for every agent or for none [cfg:atomic]",
    async () => {
      const one = hive("update");
      await one.deploy("alice", JSON_ONE);
      await one.deploy("bob", JSON_ONE);
      const system = one.built("alice");
      writeFileSync(bed.inside(`${HYPERHIVE_FLAKE}/release`), "2\n");
      await one.deploy("alice", JSON_ONE);
      expect(one.built("alice")).toBe(system);

      const { inputs } = one.systems;
      const { before, after } = await inputs.newest(["hyperhive"], one.how);
      expect(after).not.toBe(before);
      expect(await inputs.current()).toBe(before);
      const id = await inputs.keep(after);
      const broken = await one.commit("carol", { "agent.nix": '{ ... }: { build = "exit 1"; }' });
      one.agents.push({ name: "carol", applied: broken });
      const kept = (await inputs.kept(id)) ?? "";
      const adopt = () => inputs.adopt(kept, { ...one.how, onAgent: () => {} });
      await expect(adopt()).rejects.toThrow("the configuration does not build");
      expect(await inputs.current()).toBe(before);

      one.agents.pop();
      await adopt();
      expect(JSON.parse((await inputs.current()) ?? "")).toEqual(JSON.parse(after));
      await inputs.rebuild("alice", one.how);
      expect(readFileSync(bed.inside(`${one.built("alice")}/release`), "utf8").trim()).toBe("2");
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );
});
