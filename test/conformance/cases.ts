/** What every backend promises, as data: backends.test.ts runs it here, the system tests inside a machine. */
import { expect } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Backend, Run, StartedRun, StartSpec } from "../../src/core/lifecycle/backend.ts";
import { findByEnvTag } from "../../src/platform/process.ts";
import { type BackendBed, backendBed } from "../support/backend-bed.ts";
import { until } from "../support/lifecycle-bed.ts";

export interface Subject {
  readonly name: string;
  /** A backend as a newly started daemon has it. */
  readonly make: () => Backend;
  /** What runs in it is a program, not an entry of a map. */
  readonly real: boolean;
}

export interface Case {
  readonly title: string;
  /** Why a backend does not promise it. */
  readonly skip: (subject: Subject) => string | undefined;
  readonly body: (make: () => Backend) => Promise<void>;
}

const never = (): undefined => undefined;
const unlessReal = ({ real }: Subject): string | undefined => (real ? undefined : "it runs no programs");

async function start(backend: Backend, spec: StartSpec): Promise<StartedRun> {
  await backend.create(spec.place);
  return backend.start(spec);
}

/** As its keeper learns of it. */
async function ended(backend: Backend, run: StartedRun): Promise<string> {
  if (run.exited !== undefined) return run.exited;
  await until(() => !backend.alive(run));
  return (await backend.whyEnded?.(run)) ?? "";
}

/** Where there is a whole system, it says things as well; a console puts its unit before a line. */
async function said(backend: Backend, bed: BackendBed, word: string): Promise<string[]> {
  const lines = await backend.logs?.(bed.place("alice"), 1_000);
  return lines?.flatMap((line) => line.match(`(?:^|: )(${word}.*)$`)?.[1] ?? []) ?? bed.lines("alice");
}

async function stopsAtRequest(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const run = await start(backend, bed.spec("alice", "exec sleep 1000"));
  expect(backend.alive(run)).toBe(true);
  expect((await backend.stats(run)).processes).toBeGreaterThan(0);
  await backend.stop(run, { graceMs: 2_000 });
  expect(backend.alive(run)).toBe(false);
  await run.exited;
}

async function stopsTwice(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const run = await start(backend, bed.spec("alice", "exec sleep 1000"));
  await backend.stop(run, { graceMs: 0 });
  await backend.stop(run, { graceMs: 0 });
  await backend.destroy(bed.place("alice"));
}

async function saysHowItEnded(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const script = "echo said to stdout; echo said to stderr >&2; sleep 0.2; exit 3";
  const run = await start(backend, bed.spec("alice", script));
  expect(await ended(backend, run)).toMatch(/^(the harness exited|its container ended) with (exit )?code 3$/);
  expect(await said(backend, bed, "said")).toEqual(["said to stdout", "said to stderr"]);
  await backend.stop(run, { graceMs: 0 });
}

async function givesItsFace(make: () => Backend): Promise<void> {
  using bed = backendBed();
  process.env["HIVE_TEST_SECRET"] = "hunter2";
  const backend = make();
  const script = `cd "$HYPERHIVE_STATE_DIR"; exec > face; echo "$1 $HIVE_AGENT $GIVEN"; env
    test -d "$CLAUDE_CONFIG_DIR" && echo config; test -d "$(dirname "$HIVE_AGENT_SOCKET")" && echo socket`;
  const run = await start(backend, bed.spec("alice", `${script}; sleep 0.2`));
  await ended(backend, run);
  const lines = readFileSync(join(bed.place("alice").state, "face"), "utf8").split("\n");
  expect(lines[0]).toBe("serve alice yes");
  expect(lines).toContain("config");
  expect(lines).toContain("socket");
  expect(lines.join("\n")).not.toContain("hunter2");
  await backend.stop(run, { graceMs: 0 });
  delete process.env["HIVE_TEST_SECRET"];
}

async function keepsState(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const script = 'echo kept > "$HYPERHIVE_STATE_DIR/notes.md"; sleep 0.2';
  const run = await start(backend, bed.spec("alice", script));
  await ended(backend, run);
  await backend.stop(run, { graceMs: 0 });
  expect(readFileSync(join(bed.place("alice").state, "notes.md"), "utf8")).toBe("kept\n");
}

async function letsItEnd(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const file = (name: string): string => join(bed.place("alice").state, name);
  const script = 'cd "$HYPERHIVE_STATE_DIR"; trap "echo > bye; exit 0" TERM; echo > ready';
  const run = await start(backend, bed.spec("alice", `${script}; while :; do sleep 0.05; done`));
  await until(() => existsSync(file("ready")));
  await backend.stop(run, { graceMs: 5_000 });
  expect(existsSync(file("bye"))).toBe(true);
}

async function killsTheStubborn(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const children = "setsid sleep 1000 & setsid sh -c \"trap '' TERM; sleep 1001\" &";
  const script = `trap "" TERM; ${children} echo > "$HYPERHIVE_STATE_DIR/ready"; sleep 1002`;
  const spec = bed.spec("alice", script);
  const run = await start(backend, spec);
  await until(() => existsSync(join(spec.place.state, "ready")));
  expect(findByEnvTag(`HIVE_OWNER=${spec.owner}`).length).toBeGreaterThan(2);
  await backend.stop(run, { graceMs: 100 });
  expect(findByEnvTag(`HIVE_OWNER=${spec.owner}`)).toEqual([]);
}

async function endsOrphans(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const spec = bed.spec("alice", "setsid sleep 1000 & sleep 0.2; exit 1");
  const run = await start(backend, spec);
  await ended(backend, run);
  await backend.stop(run, { graceMs: 0 });
  expect(findByEnvTag(`HIVE_OWNER=${spec.owner}`)).toEqual([]);
}

async function killsTheDisguised(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const loop = "env -i setsid sh -c 'while :; do echo x > alive; sleep 0.02; done'";
  const script = `cd "$HYPERHIVE_STATE_DIR"; ${loop} & sleep 1000`;
  const run = await start(backend, bed.spec("alice", script));
  const file = join(bed.place("alice").state, "alive");
  await until(() => existsSync(file));
  await backend.stop(run, { graceMs: 100 });
  // It would be back within a moment; a whole other cage takes longer than that.
  rmSync(file);
  const later = await start(backend, bed.spec("bob", "sleep 0.1"));
  await ended(backend, later);
  await backend.stop(later, { graceMs: 0 });
  expect(existsSync(file)).toBe(false);
}

async function isTakenOver(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const before = make();
  const { agent, owner, processes } = await start(before, bed.spec("alice", "exec sleep 1000"));
  const stored = JSON.parse(JSON.stringify({ agent, owner, processes })) as Run;
  const after = make();
  expect(after.alive(stored)).toBe(true);
  await after.stop(stored, { graceMs: 1_000 });
  expect(after.alive(stored)).toBe(false);
  expect(before.alive(stored)).toBe(false);
  expect(findByEnvTag(`HIVE_OWNER=${owner}`)).toEqual([]);
}

async function findsTheUnstored(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const run = await start(backend, bed.spec("alice", "exec sleep 1000"));
  await make().stop({ agent: run.agent, owner: run.owner, processes: {} }, { graceMs: 1_000 });
  expect(backend.alive(run)).toBe(false);
}

async function runsCommands(make: () => Backend): Promise<void> {
  using bed = backendBed();
  const backend = make();
  const hello = async (): Promise<void> => {
    const result = await backend.exec(bed.spec("alice", ""), ["echo", "hello"], { timeoutMs: 5_000 });
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain("hello");
  };
  await backend.create(bed.place("alice"));
  await hello();
  const run = await start(backend, bed.spec("alice", "exec sleep 1000"));
  await hello();
  await backend.stop(run, { graceMs: 0 });
}

export const CASES: readonly Case[] = [
  { title: "starts, shows the agent alive, and stops it", skip: never, body: stopsAtRequest },
  { title: "stops what is stopped, and stops twice", skip: never, body: stopsTwice },
  { title: "says how the harness ended, and keeps what it wrote", skip: unlessReal, body: saysHowItEnded },
  {
    title: "gives the harness its face, its environment and nothing of the daemon's",
    skip: unlessReal,
    body: givesItsFace,
  },
  { title: "keeps what the agent writes to its state", skip: unlessReal, body: keepsState },
  {
    title: "lets the harness end by itself at SIGTERM, within the grace",
    skip: unlessReal,
    body: letsItEnd,
  },
  {
    title: "kills a harness that ignores SIGTERM, with children in sessions of their own",
    skip: unlessReal,
    body: killsTheStubborn,
  },
  { title: "ends children that outlive a crashed harness", skip: unlessReal, body: endsOrphans },
  {
    title: "kills a child that cleared its environment",
    skip: (subject) =>
      unlessReal(subject) ??
      (subject.make().capabilities.killsEverything ? undefined : "only a cage can promise it"),
    body: killsTheDisguised,
  },
  {
    title: "is taken over by a later daemon from what was stored [core:restart]",
    skip: (subject) =>
      unlessReal(subject) ??
      (subject.make().capabilities.survivesDaemonRestart ? undefined : "it ends with the daemon"),
    body: isTakenOver,
  },
  {
    title: "finds a start whose processes were never stored",
    skip: unlessReal,
    body: findsTheUnstored,
  },
  {
    title: "runs a command as the agent would see it, whether it runs or not",
    skip: ({ make }) => (make().capabilities.exec ? undefined : "it cannot"),
    body: runsCommands,
  },
];
