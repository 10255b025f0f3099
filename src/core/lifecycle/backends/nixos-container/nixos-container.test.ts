import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { backendBed } from "../../../../../test/support/backend-bed.ts";
import { type ContainerHost, containerHost } from "../../../../../test/support/container-host.ts";
import { systemClock } from "../../../../lib/clock.ts";
import { HiveError } from "../../../../wire/errors.ts";
import type { Backend } from "../../backend.ts";
import { confValue } from "./conf-file.ts";
import { AGENT_UID, renderEnvFile } from "./inside.ts";
import { nixosContainerBackend } from "./nixos-container.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";
const root = process.getuid?.() === 0;
// Files are given to the agent's user: only root can.
const asRoot = test.skipIf(!root);

interface Made {
  readonly backend: Backend;
  /** Agents whose system was built. */
  readonly built: string[];
  readonly forgotten: string[];
}

function make(host: ContainerHost, build: () => void = () => {}): Made {
  const built: string[] = [];
  const forgotten: string[] = [];
  const backend = nixosContainerBackend({
    ...{ programs: host.programs, dirs: host.dirs, path, clock: systemClock, binds_ro: [] },
    buildSystem: async (agent, profile, report) => {
      report("building");
      build();
      built.push(agent);
      mkdirSync(profile);
      writeFileSync(join(profile, "init"), "");
    },
    forgetSystem: async (agent) => void forgotten.push(agent),
  });
  return { backend, built, forgotten };
}

const conf = (host: ContainerHost): string => join(host.dirs.conf_dir, "h-alice.conf");

describe(`backend nixos-container${root ? "" : " (it needs root)"}`, () => {
  asRoot("makes a container once, and is not disturbed by what is there", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend, built } = make(host);
    const lines: string[] = [];
    await backend.create(bed.place("alice"), (line) => lines.push(line));
    const { ino } = statSync(conf(host));
    await backend.create(bed.place("alice"));
    expect(built).toEqual(["alice"]);
    expect(lines).toEqual(["building"]);
    expect(statSync(conf(host)).ino).toBe(ino);
    expect(statSync(bed.place("alice").state).uid).toBe(AGENT_UID);
  });

  asRoot("leaves nothing behind when the system does not build [cfg:atomic]", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend, forgotten } = make(host, () => {
      throw new HiveError("conflict", "the configuration does not build: no");
    });
    await expect(backend.create(bed.place("alice"))).rejects.toThrow("does not build");
    expect(existsSync(conf(host))).toBe(false);
    for (const dir of [host.dirs.root_dir, host.dirs.profile_dir, host.dirs.gcroot_dir])
      expect(readdirSync(dir)).toEqual([]);
    expect(forgotten).toEqual(["alice"]);
  });

  asRoot("starts, stops and is found alive by a later daemon [core:restart]", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    const run = await backend.start(spec);
    expect(run.processes["main"]?.pid).toBe(host.pid("h-alice"));
    const stored = JSON.parse(JSON.stringify(run));
    const later = make(host).backend;
    expect(later.alive(stored)).toBe(true);
    await later.stop(stored, { graceMs: 0 });
    expect(backend.alive(run)).toBe(false);
    expect(host.calls()).toEqual(["daemon-reload", "reset-failed h-alice", "start h-alice", "stop h-alice"]);
  });

  asRoot("starts what systemd had given up: reset-failed comes first", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    host.result("h-alice", "start-limit-hit");
    const run = await backend.start(spec);
    expect(backend.alive(run)).toBe(true);
    await backend.stop(run, { graceMs: 0 });
  });

  asRoot(
    "starts a container anew that somebody else had started: it would know nothing of this start",
    async () => {
      using host = containerHost();
      using bed = backendBed();
      const { backend } = make(host);
      const spec = bed.spec("alice", "");
      await backend.create(spec.place);
      await backend.start(spec);
      const before = host.pid("h-alice");
      const run = await backend.start({ ...spec, owner: crypto.randomUUID() });
      expect(host.pid("h-alice")).not.toBe(before);
      await backend.stop(run, { graceMs: 0 });
    },
  );

  asRoot("says in a sentence which bind source is missing, and starts nothing", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    rmSync(spec.place.socketDir, { recursive: true });
    await expect(backend.start(spec)).rejects.toThrow(`the directory "${spec.place.socketDir}" is missing`);
    expect(host.calls()).toEqual([]);
  });

  asRoot("tells why a container ended", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    const run = await backend.start(spec);
    process.kill(host.pid("h-alice"), "SIGKILL");
    host.result("h-alice", "oom-kill", 9);
    expect(await backend.whyEnded?.(run)).toBe("the kernel ended its container: out of memory");
  });

  asRoot("says that systemd does not answer, and changes nothing", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    host.silent(true);
    await expect(backend.start(spec)).rejects.toThrow("systemd does not answer: Failed to connect to bus");
    expect(await backend.probe()).toContain("systemd does not answer");
    host.silent(false);
    expect(await backend.probe()).toBeUndefined();
  });

  asRoot("destroys twice, what is half there too, and keeps login and state", async () => {
    using host = containerHost();
    using bed = backendBed();
    const { backend, forgotten } = make(host);
    const spec = bed.spec("alice", "");
    await backend.create(spec.place);
    writeFileSync(join(spec.place.claude, ".credentials.json"), "login");
    await backend.start(spec);
    host.pid("h-alice");
    await backend.destroy(spec.place);
    await backend.destroy(spec.place);
    expect(existsSync(conf(host))).toBe(false);
    expect(existsSync(join(host.dirs.profile_dir, "h-alice"))).toBe(false);
    expect(existsSync(join(host.dirs.unit_dir, "container@h-alice.service.d"))).toBe(false);
    expect(readFileSync(join(spec.place.claude, ".credentials.json"), "utf8")).toBe("login");
    expect(forgotten).toEqual(["alice", "alice"]);
  });
});

describe("field notes", () => {
  asRoot(
    "/var/lib/hyperhive/agents/<name>/claude bind-mounts to /home/<name>/.claude, state to /agents/<name>/state, both RW",
    async () => {
      using host = containerHost();
      using bed = backendBed();
      const place = bed.place("alice");
      await make(host).backend.create(place);
      const flags = confValue(readFileSync(conf(host), "utf8"), "EXTRA_NSPAWN_FLAGS")?.split(" ");
      expect(flags).toEqual([
        `--bind=${place.claude}:/home/alice/.claude`,
        `--bind=${place.state}:/agents/alice/state`,
        `--bind=${place.proposed}:/agents/alice/config`,
        `--bind-ro=${place.deployed}:/etc/hyperhive`,
        `--bind-ro=${place.socketDir}:/run/hive`,
      ]);
    },
  );

  asRoot(
    "nixos-container create is not called: it refuses names of more than eleven characters",
    async () => {
      using host = containerHost();
      using bed = backendBed();
      const name = "a-name-of-all-its-31-characters";
      await make(host).backend.create(bed.place(name));
      expect(existsSync(join(host.dirs.conf_dir, `h-${name}.conf`))).toBe(true);
    },
  );

  asRoot(
    "$HYPERHIVE_STATE_DIR and the socket are told to the harness, in a file only root reads",
    async () => {
      using host = containerHost();
      using bed = backendBed();
      const { backend } = make(host);
      const spec = bed.spec("alice", "");
      await backend.create(spec.place);
      const run = await backend.start(spec);
      const file = join(spec.place.socketDir, "harness.env");
      const text = readFileSync(file, "utf8");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(file).uid).toBe(0);
      expect(text).toContain('HYPERHIVE_STATE_DIR="/agents/alice/state"\n');
      expect(text).toContain('HIVE_AGENT_SOCKET="/run/hive/hive.sock"\n');
      expect(dirname(file)).toBe(spec.place.socketDir);
      await backend.stop(run, { graceMs: 0 });
    },
  );
});

describe("harness.env", () => {
  test("gives every value back as it was", () => {
    const env = { A: 'q"uo\\te', B: "$HOME `x`", C: "two words", D: "", E: "line\nline", F: undefined };
    const { stdout } = Bun.spawnSync([
      "sh",
      "-c",
      `${renderEnvFile(env)}printf '%s|' "$A" "$B" "$C" "$D" "$E"`,
    ]);
    expect(stdout.toString()).toBe('q"uo\\te|$HOME `x`|two words||line\nline|');
  });
});
