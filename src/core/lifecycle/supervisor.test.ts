import { describe, expect, test } from "bun:test";
import { agentActor, OPERATOR } from "../../../test/support/broker-bed.ts";
import { finishedOperation, lifecycleBed, until } from "../../../test/support/lifecycle-bed.ts";
import { SpawnInput } from "../../wire/agents.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Backend } from "./backend.ts";

const crash = async (bed: ReturnType<typeof lifecycleBed>, name: string): Promise<void> => {
  bed.backend.end(name);
  await until(() => bed.lifecycle.observe(name).process !== "running");
};

describe("supervisor", () => {
  test("starts a crashed agent again after 1, 2, 4, 8 s, then gives a crash loop up", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    for (const seconds of [1, 2, 4, 8]) {
      await crash(bed, "alice");
      const seen = bed.lifecycle.observe("alice");
      expect(seen.process).toBe("backoff");
      expect(seen.retry_at).toBe(new Date(bed.bed.clock.now() + seconds * 1_000).toISOString());
      await bed.bed.clock.advance(seconds * 1_000 - 1);
      expect(bed.lifecycle.observe("alice").process).toBe("backoff");
      await bed.bed.clock.advance(1);
      await until(() => bed.lifecycle.observe("alice").process === "running");
    }
    await crash(bed, "alice");
    const end = bed.lifecycle.observe("alice");
    expect(end.process).toBe("failed");
    expect(end.reason).toBe("5 crashes within 2m, given up: the harness exited with code 1");
    await bed.bed.clock.advance(300_000);
    expect(bed.lifecycle.observe("alice").process).toBe("failed");
    await bed.lifecycle.start(OPERATOR, ["alice"]);
    expect(bed.lifecycle.observe("alice")).toMatchObject({ process: "running", restarts: 0 });
  });

  test("waits a second again after a minute of health, and never gives up for crashes far apart", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    for (let round = 0; round < 8; round++) {
      await bed.bed.clock.advance(60_000);
      await crash(bed, "alice");
      expect(bed.lifecycle.observe("alice")).toMatchObject({ process: "backoff", restarts: 1 });
      await bed.bed.clock.advance(1_000);
      await until(() => bed.lifecycle.observe("alice").process === "running");
    }
  });

  test("tells the manager of the first crash and of giving up, with the last lines", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("hm1nd");
    await bed.spawn("alice");
    for (const seconds of [1, 2, 4, 8, 0]) {
      await crash(bed, "alice");
      await bed.bed.clock.advance(seconds * 1_000);
      if (seconds > 0) await until(() => bed.lifecycle.observe("alice").process === "running");
    }
    const told = () =>
      bed.bed.broker.list({ limit: 100 } as never).messages.filter((one) => one.to === "hm1nd");
    await until(() => told().length === 2);
    expect(told().every((one) => one.from === "system" && one.origin === "system")).toBe(true);
    expect(
      told()
        .map((one) => one.body.split("\n")[0])
        .toSorted(),
    ).toEqual([
      'container_crash: agent "alice" crashed: the harness exited with code 1',
      'container_crash: agent "alice" was given up: 5 crashes within 2m, given up: the harness exited with code 1',
    ]);
    const notices = bed.events.filter((event) => event.type === "notice" && event.agent === "alice");
    expect(notices.length).toBeGreaterThanOrEqual(5);
  });

  test("shows an adopted agent dead within five seconds [status:honest]", async () => {
    await using first = lifecycleBed();
    await first.spawn("alice");
    const bed = first.restart();
    await bed.lifecycle.resume();
    expect(bed.lifecycle.observe("alice").process).toBe("running");
    expect(bed.backend.calls.filter((call) => call === "start alice")).toHaveLength(1);
    bed.backend.end("alice");
    await bed.bed.clock.advance(1_000);
    await until(() => bed.agents.row("alice").process === "backoff");
    expect(bed.lifecycle.observe("alice").reason).toBe("the harness is gone");
    await bed.bed.clock.advance(1_000);
    await until(() => bed.lifecycle.observe("alice").process === "running");
    expect(bed.backend.calls.filter((call) => call === "start alice")).toHaveLength(2);
    await bed.lifecycle.close({ stopAgents: false });
  });

  test("starts a container anew whose harness stays away, also one that was taken over", async () => {
    const ownInit = (fake: Backend): readonly Backend[] => [
      { ...fake, capabilities: { ...fake.capabilities, ownInit: true } },
    ];
    await using first = lifecycleBed({ backends: ownInit });
    await first.spawn("alice");
    const starts = () => first.backend.calls.filter((call) => call === "start alice").length;
    const bed = first.restart();
    await bed.lifecycle.resume();
    bed.links.set("alice", { connected: true });
    await bed.bed.clock.advance(60_000);
    expect({ starts: starts(), ...bed.lifecycle.observe("alice") }).toMatchObject({
      starts: 1,
      process: "running",
    });
    bed.links.set("alice", { connected: false });
    await bed.bed.clock.advance(29_000);
    expect(bed.lifecycle.observe("alice").process).toBe("running");
    await bed.bed.clock.advance(3_000);
    const said = 'agent "alice" crashed: its harness was not heard of for 30s';
    await until(() => bed.events.some((event) => event.type === "notice" && event.text === said));
    await bed.bed.clock.advance(2_000);
    await until(() => starts() === 2);
    await bed.lifecycle.close({ stopAgents: false });
  });

  test("tells once a minute what the kernel ended for want of memory", async () => {
    let kills = 0;
    await using bed = lifecycleBed({ backends: (fake) => [{ ...fake, oomKills: () => kills }] });
    await bed.spawn("alice");
    const told = () =>
      bed.events.flatMap((event) =>
        event.type === "notice" && event.text.includes("memory") ? event.text : [],
      );
    const said = (what: string): string => `agent "alice" is out of memory: the kernel ended ${what} of it`;
    await bed.bed.clock.advance(2_000);
    kills = 1;
    await bed.bed.clock.advance(2_000);
    await until(() => told().length === 1);
    kills = 4;
    await bed.bed.clock.advance(30_000);
    expect(told()).toEqual([said("a process")]);
    await bed.bed.clock.advance(40_000);
    await until(() => told().length === 2);
    expect(told()[1]).toBe(said("3 processes"));
    expect(bed.lifecycle.observe("alice").process).toBe("running");
  });

  test("brings back what should run and leaves what should not [host:reboot]", async () => {
    await using first = lifecycleBed();
    for (const name of ["hm1nd", "alice", "bob"]) {
      await first.spawn(name);
      await first.bed.clock.advance(1);
    }
    await first.lifecycle.stop(OPERATOR, ["bob"], false);
    const { backend } = first;
    await first.lifecycle.close({ stopAgents: true });
    expect(backend.running()).toEqual([]);
    const bed = first.restart();
    backend.calls.length = 0;
    await bed.lifecycle.resume();
    expect(bed.lifecycle.observe("bob").process).toBe("stopped");
    expect(backend.running().toSorted()).toEqual(["alice", "hm1nd"]);
    expect(backend.calls.filter((call) => call.startsWith("start"))).toEqual(["start hm1nd", "start alice"]);
    expect([...bed.sockets].toSorted()).toEqual(["alice", "bob", "hm1nd"]);
    await bed.lifecycle.close({ stopAgents: false });
  });

  test("an agent that cannot be started at boot is shown failed with the reason", async () => {
    await using first = lifecycleBed();
    await first.spawn("alice");
    await first.lifecycle.close({ stopAgents: true });
    const bed = first.restart();
    bed.backend.failure = new HiveError("unavailable", 'there is no "claude" on the PATH');
    await bed.lifecycle.resume();
    expect(bed.lifecycle.observe("alice")).toMatchObject({
      process: "failed",
      reason: 'there is no "claude" on the PATH',
    });
    bed.backend.failure = undefined;
  });

  test("gives the lease of a dead harness back at once", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice", "hello");
    const wait = { boot_id: "boot-one", max: 5, signal: AbortSignal.timeout(5_000) };
    const lease = await bed.bed.broker.lease("alice", wait);
    expect(lease.messages.map((one) => [one.from, one.body])).toEqual([["operator", "hello"]]);
    await crash(bed, "alice");
    expect(bed.bed.broker.counts("alice")).toEqual({ queued: 1, in_turn: 0 });
  });
});

describe("stop", () => {
  test("asks a connected harness first, waits within its bound, then ends it", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    bed.links.set("alice", { connected: true });
    const stopped = bed.lifecycle.stop(OPERATOR, ["alice"], true);
    await until(() => bed.shutdowns.length === 1);
    expect(bed.shutdowns).toEqual([{ name: "alice", graceful: true, grace_seconds: 60 }]);
    expect(bed.lifecycle.observe("alice").process).toBe("stopping");
    await bed.bed.clock.advance(4_000);
    await stopped;
    expect(bed.lifecycle.observe("alice").process).toBe("stopping");
    await bed.bed.clock.advance(60_000);
    await until(() => bed.lifecycle.observe("alice").process === "stopped");
    expect(bed.backend.running()).toEqual([]);
  });

  test("without grace cuts the wait of a graceful one short", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    bed.links.set("alice", { connected: true });
    const graceful = bed.lifecycle.stop(OPERATOR, ["alice"], true);
    await until(() => bed.shutdowns.length === 1);
    const abrupt = bed.lifecycle.stop(OPERATOR, ["alice"], false);
    await until(() => bed.lifecycle.observe("alice").process === "stopped");
    await Promise.all([graceful, abrupt]);
  });

  test("ends the retries of a crashed agent", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    await crash(bed, "alice");
    await bed.lifecycle.stop(OPERATOR, ["alice"], true);
    await bed.bed.clock.advance(120_000);
    expect(bed.lifecycle.observe("alice").process).toBe("stopped");
    expect(bed.agents.get("alice").expected).toBe("stopped");
  });

  test("restart ends the old process before the new one", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    bed.backend.calls.length = 0;
    await bed.lifecycle.restart(OPERATOR, "alice");
    expect(bed.backend.calls.filter((call) => !call.startsWith("create"))).toEqual([
      "stop alice",
      "start alice",
    ]);
    expect(bed.lifecycle.observe("alice").process).toBe("running");
  });
});

describe("spawn", () => {
  const spawn = (bed: ReturnType<typeof lifecycleBed>, name: string) =>
    bed.lifecycle.spawn(OPERATOR, { ...SpawnInput.parse({ name: "x" }), name });

  test("refuses a name that exists, that is reserved, or that is no name", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    await expect(spawn(bed, "alice")).rejects.toMatchObject({ code: "conflict" });
    for (const name of [
      "..",
      "-x",
      "A",
      "",
      "operator",
      "all",
      "root",
      "system",
      "a".repeat(32),
      "a/b",
      "a\n",
    ]) {
      await expect(spawn(bed, name)).rejects.toMatchObject({ code: "invalid" });
    }
    expect(bed.agents.names()).toEqual(["alice"]);
  });

  test("refuses a port that is taken, naming both agents", async () => {
    await using bed = lifecycleBed();
    const { webPort } = await import("../../lib/fnv1a.ts");
    await bed.spawn("alice");
    let other = 0;
    while (webPort(`bob${other}`) !== webPort("alice")) other += 1;
    await expect(spawn(bed, `bob${other}`)).rejects.toMatchObject({
      code: "conflict",
      message: `agents "bob${other}" and "alice" would share the web port "${webPort("alice")}"`,
    });
  });

  test("twice at the same moment makes one agent", async () => {
    await using bed = lifecycleBed();
    const both = await Promise.allSettled([spawn(bed, "alice"), spawn(bed, "alice")]);
    expect(both.map((one) => one.status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("leaves nothing behind when the agent cannot be started", async () => {
    await using bed = lifecycleBed();
    bed.backend.failure = new HiveError("unavailable", "the cage does not open", { hint: "hivectl doctor" });
    const { operation_id } = await spawn(bed, "alice");
    const end = await finishedOperation(bed.operations, operation_id);
    expect(end).toMatchObject({ state: "failed", error: "the cage does not open", hint: "hivectl doctor" });
    expect(bed.agents.has("alice")).toBe(false);
    expect(bed.sockets.has("alice")).toBe(false);
    const { existsSync } = await import("node:fs");
    expect(existsSync(`${bed.dir}/agents/alice`)).toBe(false);
    bed.backend.failure = undefined;
    await bed.spawn("alice");
  });

  test("refuses with the package's name when there is no claude", async () => {
    await using bed = lifecycleBed({ claude: "/nonexistent/claude" });
    await expect(spawn(bed, "alice")).rejects.toMatchObject({
      code: "unavailable",
      message: 'claude_path "/nonexistent/claude" is not there or cannot be run',
    });
  });

  test("by the manager is the manager's child, and its first message is from there", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("hm1nd");
    const { operation_id } = await bed.lifecycle.spawn(
      agentActor("hm1nd"),
      SpawnInput.parse({ name: "alice", prompt: "dig" }),
    );
    await finishedOperation(bed.operations, operation_id);
    expect(bed.agents.statuses().find((one) => one.name === "alice")?.parent).toBe("hm1nd");
    const wait = { boot_id: "boot-one", max: 5, signal: AbortSignal.timeout(5_000) };
    expect((await bed.bed.broker.lease("alice", wait)).messages[0]?.from).toBe("hm1nd");
  });
});

describe("destroy", () => {
  const destroy = async (bed: ReturnType<typeof lifecycleBed>, name: string, purge: boolean) => {
    const { operation_id } = await bed.lifecycle.destroy(OPERATOR, { name, purge });
    return finishedOperation(bed.operations, operation_id);
  };

  test("keeps login and state, and a new agent of that name has them again", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    const { writeFileSync, readFileSync } = await import("node:fs");
    writeFileSync(`${bed.dir}/agents/alice/state/notes.md`, "mine");
    expect((await destroy(bed, "alice", false)).state).toBe("done");
    expect(bed.agents.has("alice")).toBe(false);
    expect(bed.backend.running()).toEqual([]);
    await bed.spawn("alice");
    expect(readFileSync(`${bed.dir}/agents/alice/state/notes.md`, "utf8")).toBe("mine");
  });

  test("with purge removes everything of the agent and nothing its links point to [agent:confined]", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    const { existsSync, mkdirSync, symlinkSync, writeFileSync } = await import("node:fs");
    mkdirSync(`${bed.dir}/precious`);
    writeFileSync(`${bed.dir}/precious/key`, "k");
    symlinkSync(`${bed.dir}/precious`, `${bed.dir}/agents/alice/state/escape`);
    expect((await destroy(bed, "alice", true)).state).toBe("done");
    expect(existsSync(`${bed.dir}/agents/alice`)).toBe(false);
    expect(existsSync(`${bed.dir}/precious/key`)).toBe(true);
    expect(existsSync(`${bed.dir}/agents`)).toBe(true);
  });
});
