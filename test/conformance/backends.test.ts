/** What every backend promises, over all of them; each skip says why. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Backend, Run } from "../../src/core/lifecycle/backend.ts";
import { bubblewrapBackend } from "../../src/core/lifecycle/backends/bubblewrap/bubblewrap.ts";
import { processBackend } from "../../src/core/lifecycle/backends/process.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { findByEnvTag } from "../../src/platform/process.ts";
import { backendBed } from "../support/backend-bed.ts";
import { fakeBackend } from "../support/fake-backend.ts";
import { until } from "../support/lifecycle-bed.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";

interface Subject {
  readonly name: string;
  /** A backend as a newly started daemon has it. */
  readonly make: () => Backend;
  /** What runs in it is a program, not an entry of a map. */
  readonly real: boolean;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "bubblewrap",
    make: () => bubblewrapBackend({ clock: systemClock, path, privatePlaces: [] }),
    real: true,
  },
  { name: "process", make: () => processBackend({ clock: systemClock, path }), real: true },
  { name: "fake", make: () => fakeBackend(), real: false },
];

const NOT_REAL = "it runs no programs";

for (const { name, make, real } of SUBJECTS) {
  const reason = await make().probe();
  const when = (needed: boolean, why: string) => {
    const skip = reason ?? (needed ? undefined : why);
    return (title: string, body: () => Promise<void>) =>
      // The title says why: the backend does not work here, or does not promise this.
      skip === undefined ? test(title, body, 20_000) : test.skip(`${title} (${skip})`, body);
  };
  const always = when(true, "");
  const whenReal = when(real, NOT_REAL);

  describe(`backend ${name}`, () => {
    always("starts, shows the agent alive, and stops it", async () => {
      using bed = backendBed();
      const backend = make();
      const spec = bed.spec("alice", "exec sleep 1000");
      await backend.create(spec.place);
      const run = await backend.start(spec);
      expect(backend.alive(run)).toBe(true);
      expect((await backend.stats(run)).processes).toBeGreaterThan(0);
      await backend.stop(run, { graceMs: 2_000 });
      expect(backend.alive(run)).toBe(false);
      await run.exited;
    });

    always("stops what is stopped, and stops twice", async () => {
      using bed = backendBed();
      const backend = make();
      const run = await backend.start(bed.spec("alice", "exec sleep 1000"));
      await backend.stop(run, { graceMs: 0 });
      await backend.stop(run, { graceMs: 0 });
      await backend.destroy(bed.place("alice"));
    });

    whenReal("says how the harness ended, and keeps what it wrote", async () => {
      using bed = backendBed();
      const backend = make();
      const run = await backend.start(
        bed.spec("alice", "echo to stdout; echo to stderr >&2; sleep 0.2; exit 3"),
      );
      expect(await run.exited).toBe("the harness exited with code 3");
      expect(bed.lines("alice")).toEqual(["to stdout", "to stderr"]);
      await backend.stop(run, { graceMs: 0 });
    });

    whenReal("gives the harness its face, its environment and nothing of the daemon's", async () => {
      using bed = backendBed();
      process.env["HIVE_TEST_SECRET"] = "hunter2";
      const backend = make();
      const script = `echo "$1 $HIVE_AGENT $GIVEN"; env; test -d "$HYPERHIVE_STATE_DIR" && pwd
        test -d "$CLAUDE_CONFIG_DIR" && echo config; test -d "$(dirname "$HIVE_AGENT_SOCKET")" && echo socket`;
      const run = await backend.start(bed.spec("alice", `${script}; sleep 0.2`));
      await run.exited;
      const lines = bed.lines("alice");
      expect(lines[0]).toBe("serve alice yes");
      expect(lines).toContain("config");
      expect(lines).toContain("socket");
      expect(lines.join("\n")).not.toContain("hunter2");
      await backend.stop(run, { graceMs: 0 });
      delete process.env["HIVE_TEST_SECRET"];
    });

    whenReal("keeps what the agent writes to its state", async () => {
      using bed = backendBed();
      const backend = make();
      const run = await backend.start(
        bed.spec("alice", 'echo kept > "$HYPERHIVE_STATE_DIR/notes.md"; sleep 0.2'),
      );
      await run.exited;
      await backend.stop(run, { graceMs: 0 });
      expect(readFileSync(join(bed.place("alice").state, "notes.md"), "utf8")).toBe("kept\n");
    });

    whenReal("lets the harness end by itself at SIGTERM, within the grace", async () => {
      using bed = backendBed();
      const backend = make();
      const script = 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
      const run = await backend.start(bed.spec("alice", script));
      await until(() => bed.lines("alice").includes("ready"));
      await backend.stop(run, { graceMs: 5_000 });
      expect(bed.lines("alice")).toContain("bye");
    });

    whenReal("kills a harness that ignores SIGTERM, with children in sessions of their own", async () => {
      using bed = backendBed();
      const backend = make();
      const script =
        'trap "" TERM; setsid sleep 1000 & setsid sh -c "trap \'\' TERM; sleep 1001" & echo ready; sleep 1002';
      const spec = bed.spec("alice", script);
      const run = await backend.start(spec);
      await until(() => bed.lines("alice").includes("ready"));
      await backend.stop(run, { graceMs: 100 });
      expect(findByEnvTag(`HIVE_OWNER=${spec.owner}`)).toEqual([]);
    });

    whenReal("ends children that outlive a crashed harness", async () => {
      using bed = backendBed();
      const backend = make();
      const spec = bed.spec("alice", "setsid sleep 1000 & sleep 0.2; exit 1");
      const run = await backend.start(spec);
      await run.exited;
      await backend.stop(run, { graceMs: 0 });
      expect(findByEnvTag(`HIVE_OWNER=${spec.owner}`)).toEqual([]);
    });

    when(real && make().capabilities.killsEverything, real ? "only a cage can promise it" : NOT_REAL)(
      "kills a child that cleared its environment",
      async () => {
        using bed = backendBed();
        const backend = make();
        const script =
          "env -i setsid sh -c 'while :; do echo x > alive; sleep 0.02; done' & echo ready; sleep 1000";
        const run = await backend.start(bed.spec("alice", script));
        const file = join(bed.place("alice").state, "alive");
        await until(() => existsSync(file));
        await backend.stop(run, { graceMs: 100 });
        // It would be back within a moment; a whole other cage takes longer than that.
        rmSync(file);
        const later = await backend.start(bed.spec("bob", "sleep 0.1"));
        await later.exited;
        await backend.stop(later, { graceMs: 0 });
        expect(existsSync(file)).toBe(false);
      },
    );

    when(real && make().capabilities.survivesDaemonRestart, NOT_REAL)(
      "is taken over by a later daemon from what was stored [core:restart]",
      async () => {
        using bed = backendBed();
        const before = make();
        const spec = bed.spec("alice", "exec sleep 1000");
        const { agent, owner, processes } = await before.start(spec);
        const stored = JSON.parse(JSON.stringify({ agent, owner, processes })) as Run;
        const after = make();
        expect(after.alive(stored)).toBe(true);
        await after.stop(stored, { graceMs: 1_000 });
        expect(after.alive(stored)).toBe(false);
        expect(before.alive(stored)).toBe(false);
        expect(findByEnvTag(`HIVE_OWNER=${owner}`)).toEqual([]);
      },
    );

    when(real, NOT_REAL)("finds a start whose processes were never stored", async () => {
      using bed = backendBed();
      const backend = make();
      const run = await backend.start(bed.spec("alice", "exec sleep 1000"));
      await make().stop({ agent: run.agent, owner: run.owner, processes: {} }, { graceMs: 1_000 });
      expect(backend.alive(run)).toBe(false);
    });

    when(make().capabilities.exec, "it cannot")("runs a command as the agent would see it", async () => {
      using bed = backendBed();
      const backend = make();
      const result = await backend.exec(bed.spec("alice", ""), ["echo", "hello"], { timeoutMs: 5_000 });
      expect(result).toMatchObject({ code: 0 });
      expect(result.stdout).toContain("hello");
    });
  });
}
