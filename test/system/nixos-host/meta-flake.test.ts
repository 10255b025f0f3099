// The meta flake as the hive writes it, given to the real nix: locked, built, updated, cut off. nix runs in a root of
// its own; only hyperhive's flake, and by it nixpkgs, is a stub.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Applied, appliedRepo } from "../../../src/core/config/applied.ts";
import type { MetaAgent } from "../../../src/core/config/meta-flake.ts";
import { type MetaSystems, metaSystems } from "../../../src/core/config/meta-systems.ts";
import { runNix } from "../../../src/core/config/nix.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { git } from "../../../src/platform/git.ts";
import { createLogger } from "../../../src/platform/log.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { machineReason } from "./machine.ts";
import { HYPERHIVE_FLAKE, type NixBed, nixBed } from "./nix.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
// Where there is no nix, the title says why.
const real = test.skipIf(reason !== undefined);
const PATIENCE = 60_000;

/** A hive's state below a directory of any name. */
interface Hive {
  readonly state: string;
  readonly agents: MetaAgent[];
  readonly systems: MetaSystems;
  readonly said: string[];
  readonly repository: (agent: string) => Applied;
  /** Commits these files for the agent, and applies them. */
  commit(
    agent: string,
    files: Readonly<Record<string, string>>,
  ): Promise<MetaAgent & Required<Pick<MetaAgent, "applied">>>;
  profile(agent: string): string;
  flake(): string;
  lock(): { readonly nodes: Readonly<Record<string, { readonly locked?: { readonly rev?: string } }>> };
  status(): Promise<string>;
}

describe(`the meta flake and the real nix${reason === undefined ? "" : ` (${reason})`}`, () => {
  let bed: NixBed;
  const nixOf = () => ({
    nix: bed.nix,
    path: process.env["PATH"] ?? "",
    home: "/root",
    clock: systemClock,
    timeoutMs: PATIENCE,
  });
  beforeAll(() => {
    if (reason === undefined) bed = nixBed();
  });
  afterAll(() => bed?.[Symbol.dispose]());

  function hive(name: string): Hive {
    const state = join(bed.dir, name);
    const agents: MetaAgent[] = [];
    const meta = (path: string): string => readFileSync(join(state, "meta", path), "utf8");
    const repository = (agent: string): Applied => appliedRepo(join(state, agent, "applied.git"));
    const profile = (agent: string): string => join(state, agent, "profile");
    const said: string[] = [];
    mkdirSync(state, { recursive: true });
    return {
      ...{ state, agents, said, repository, profile },
      systems: metaSystems({
        stateDir: state,
        hyperhive: `path:${HYPERHIVE_FLAKE}`,
        agents: () => agents,
        nix: nixOf(),
        profile,
        log: createLogger({ name: "test", level: "error" }),
      }),
      commit: async (agent, files) => {
        mkdirSync(join(state, agent), { recursive: true });
        const repo = repository(agent);
        await repo.create();
        const sha = await repo.commit(files, "change", 1_700_000_000_000);
        return { name: agent, applied: { repository: repo.path, sha } };
      },
      flake: () => meta("flake.nix"),
      lock: () => JSON.parse(meta("flake.lock")),
      status: async () => (await git({ cwd: join(state, "meta"), args: ["status", "--porcelain"] })).stdout,
    };
  }
  const how = ({ said }: Hive) => ({
    report: (line: string) => void said.push(line),
    signal: new AbortController().signal,
  });
  const deployment = ({ name, applied: { sha, repository } }: Awaited<ReturnType<Hive["commit"]>>) => ({
    agent: name,
    sha,
    repository,
  });
  /** Applies the commit, as a deploy does. */
  const deploy = async (hive: Hive, agent: string, files: Readonly<Record<string, string>>) => {
    const made = await hive.commit(agent, files);
    await hive.systems.switchTo(deployment(made), how(hive));
    hive.agents.splice(0, Infinity, ...hive.agents.filter(({ name }) => name !== agent), made);
    return made.applied.sha;
  };
  /** What the profile of an agent leads to. */
  const built = (hive: Hive, agent: string): string => {
    const path = hive.profile(agent);
    return readlinkSync(join(path, "..", readlinkSync(path)));
  };
  const JSON_ONE = { "agent.json": '{"role":"agent"}' };

  real(
    "is locked to exactly what is applied, committed with its lock file, and clean",
    async () => {
      const one = hive("plain");
      mkdirSync(join(one.state, "bob"));
      await one.systems.buildFirst("bob", how(one));
      one.agents.push({ name: "bob" });
      const sha = await deploy(one, "alice", { "agent.json": '{"role":"agent","model":"haiku"}' });
      expect(one.lock().nodes["agent-alice"]?.locked?.rev).toBe(sha);
      expect(await one.status()).toBe("");
      const system = built(one, "alice");
      expect(system).toMatch(/^\/nix\/store\/[0-9a-z]{32}-nixos-system-h-alice$/);
      expect(JSON.parse(readFileSync(bed.inside(`${system}/agent.json`), "utf8"))).toEqual({
        role: "agent",
        model: "haiku",
      });
      expect(built(one, "bob")).toEndWith("-nixos-system-h-bob");
      // Nobody needs the hive for it.
      const ref = `${join(one.state, "meta")}#nixosConfigurations.alice.config.system.build.toplevel`;
      const cache = join(one.state, "cache");
      const again = await runNix(
        { ...nixOf(), cache },
        { ...how(one), doing: "x", args: ["build", "--no-link", "--print-out-paths", ref] },
      );
      expect(again).toEqual([system]);
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );

  real(
    "field notes: nix build flake#name does not walk into nixosConfigurations",
    async () => {
      const one = hive("attributes");
      await deploy(one, "alice", JSON_ONE);
      const meta = join(one.state, "meta");
      const build = (attribute: string) =>
        runNix(
          { ...nixOf(), cache: join(one.state, "cache") },
          { ...how(one), doing: "no", args: ["build", "--no-link", `${meta}#${attribute}`] },
        );
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
      await deploy(one, "alice", JSON_ONE);
      expect(built(one, "alice")).toEndWith("-nixos-system-h-alice");
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );

  real(
    "stays as it is when a configuration does not build [cfg:atomic]",
    async () => {
      const one = hive("broken");
      await deploy(one, "alice", JSON_ONE);
      const before = { flake: one.flake(), lock: one.lock(), system: built(one, "alice") };
      for (const nix of [
        "{ ... }: {",
        '{ ... }: { build = "echo x >/dev/full"; }',
        "{ ... }: { build = nope; }",
      ]) {
        const made = await one.commit("alice", { ...JSON_ONE, "agent.nix": nix });
        await expect(one.systems.build(deployment(made), how(one))).rejects.toThrow();
        await expect(one.systems.switchTo(deployment(made), how(one))).rejects.toThrow();
      }
      expect({ flake: one.flake(), lock: one.lock(), system: built(one, "alice") }).toEqual(before);
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
      await expect(one.systems.build(deployment(made), how(one))).rejects.toMatchObject({ code: "storage" });
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
      const build = one.systems.build(deployment(made), { report, signal: stop.signal });
      await expect(build).rejects.toThrow("called off");
      expect(Bun.spawnSync(["pgrep", "-f", `^${mark}`]).stdout.toString()).toBe("");
      await deploy(one, "alice", JSON_ONE);
    },
    PATIENCE,
  );

  real(
    "names the commit that is missing",
    async () => {
      const one = hive("missing");
      const made = await one.commit("alice", JSON_ONE);
      const sha = "0123456789abcdef0123456789abcdef01234567";
      await expect(one.systems.build({ ...deployment(made), sha }, how(one))).rejects.toThrow(
        `the inputs of the meta flake cannot be locked: error: Cannot find Git revision '${sha}'`,
      );
    },
    PATIENCE,
  );

  real(
    "is mended at the start: locks of a killed git, half of a lock file, an agent that was not applied",
    async () => {
      const one = hive("cut-off");
      const first = await deploy(one, "alice", JSON_ONE);
      const former = one.agents[0];
      await deploy(one, "alice", { "agent.json": '{"role":"agent","model":"opus"}' });
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
      await deploy(one, "alice", { "agent.json": '{"role":"agent","model":"haiku"}' });
    },
    PATIENCE,
  );

  real(
    "forgets an agent that goes",
    async () => {
      const one = hive("gone");
      await deploy(one, "alice", JSON_ONE);
      await deploy(one, "bob", JSON_ONE);
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
      await deploy(one, "alice", JSON_ONE);
      await deploy(one, "bob", JSON_ONE);
      const system = built(one, "alice");
      writeFileSync(bed.inside(`${HYPERHIVE_FLAKE}/release`), "2\n");
      await deploy(one, "alice", JSON_ONE);
      expect(built(one, "alice")).toBe(system);

      const { inputs } = one.systems;
      const { before, after } = await inputs.newest(["hyperhive"], how(one));
      expect(after).not.toBe(before);
      expect(await inputs.current()).toBe(before);
      const id = await inputs.keep(after);
      const broken = await one.commit("carol", { "agent.nix": '{ ... }: { build = "exit 1"; }' });
      one.agents.push(broken);
      const kept = (await inputs.kept(id)) ?? "";
      const adopt = () => inputs.adopt(kept, { ...how(one), onAgent: () => {} });
      await expect(adopt()).rejects.toThrow("the configuration does not build");
      expect(await inputs.current()).toBe(before);

      one.agents.pop();
      await adopt();
      expect(JSON.parse((await inputs.current()) ?? "")).toEqual(JSON.parse(after));
      await inputs.rebuild("alice", how(one));
      expect(readFileSync(bed.inside(`${built(one, "alice")}/release`), "utf8").trim()).toBe("2");
      expect(await one.status()).toBe("");
    },
    PATIENCE,
  );
});
