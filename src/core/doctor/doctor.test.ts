import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeAgents, fakeTimeline, partial, rowOf, statusOf } from "../../../test/support/fake-services.ts";
import { systemClock } from "../../lib/clock.ts";
import { webPort } from "../../lib/fnv1a.ts";
import { run } from "../../platform/run.ts";
import { listenUnix } from "../../platform/unix-socket.ts";
import type { Agents } from "../services.ts";
import { Settings } from "../settings.ts";
import type { DoctorContext } from "./check.ts";
import { CHECKS, examine } from "./doctor.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function contextFor(parts: Partial<DoctorContext> = {}): DoctorContext {
  const dir = mkdtempSync(join(tmpdir(), "hive-doctor-"));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "run/agents"), { recursive: true });
  writeFileSync(join(dir, "hive.ballast"), "x".repeat(1024));
  return {
    settings: Settings.parse({ state_dir: dir, runtime_dir: join(dir, "run") }),
    agents: fakeAgents([]),
    links: partial<DoctorContext["links"]>({}),
    timeline: fakeTimeline().timeline,
    clock: systemClock,
    backend: { name: "bubblewrap", isolated: true },
    claude: undefined,
    databaseProblems: () => [],
    run: (argv) => run({ argv, env: { PATH: process.env["PATH"] ?? "" }, timeoutMs: 5_000 }),
    ...parts,
  };
}

async function levelOf(check: string, context: DoctorContext): Promise<readonly string[]> {
  const findings = await examine(context, new AbortController().signal);
  return findings.filter((finding) => finding.check === check).map(({ level, text }) => `${level} ${text}`);
}

describe("doctor", () => {
  test("every trouble has a remedy, and no two checks share a name", async () => {
    const findings = await examine(contextFor(), new AbortController().signal);
    for (const { level, remedy } of findings) expect(level === "ok" || (remedy ?? "") !== "").toBe(true);
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
    expect(CHECKS.length).toBeGreaterThanOrEqual(12);
  });

  test("sees a missing admin socket, and one that everybody may use", async () => {
    const context = contextFor();
    const path = join(context.settings.runtime_dir, "host.sock");
    expect((await levelOf("admin-socket", context))[0]).toStartWith("error the admin socket");
    const listener = await listenUnix({ path, mode: 0o666, onConnection: () => {} });
    cleanups.push(() => listener.close());
    expect((await levelOf("admin-socket", context))[0]).toStartWith("error everybody may use");
  });

  test("names both agents of a port collision", async () => {
    const names = Array.from({ length: 2000 }, (_, index) => `n${index}`);
    const [first = "", second = ""] =
      [...Map.groupBy(names, webPort).values()].find((same) => same.length > 1) ?? [];
    const context = contextFor({ agents: fakeAgents([statusOf(first), statusOf(second)]) });
    const [text] = await levelOf("port-collisions", context);
    expect(text).toContain(`"${first}" and "${second}"`);
  });

  test("sees a running agent whose page another program's port keeps away, once it has given up", async () => {
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
    const rows = [
      rowOf("alice", { connected: true, started_at: ago(60_000), web_port: 8101 }),
      rowOf("bob", { connected: true, started_at: ago(60_000) }),
      rowOf("carol", { connected: true, started_at: ago(5_000) }),
    ];
    const context = contextFor({
      agents: partial<Agents>({ rows: () => rows, names: () => [], has: () => true }),
      links: partial<DoctorContext["links"]>({
        observe: (name) => ({ connected: true, ...(name === "bob" ? { web_port: 8102 } : {}) }),
      }),
    });
    expect(await levelOf("agent-pages", context)).toEqual([
      'warn the page of agent "alice" is not served: another program has its port 8101',
    ]);
  });

  test("sees a damaged database, an unisolated backend, a missing login and a crash loop", async () => {
    const rows = [
      rowOf("alice", { state: { kind: "needs_login", reason: "401" } }),
      rowOf("bob", { process: "failed", reason: "crash loop" }),
    ];
    const context = contextFor({
      databaseProblems: () => ["row 7 missing from index"],
      backend: { name: "process", isolated: false },
      agents: partial<Agents>({ rows: () => rows, names: () => [], has: () => true }),
    });
    expect(await levelOf("database-integrity", context)).toEqual([
      "error the database is damaged: row 7 missing from index",
    ]);
    expect((await levelOf("isolation", context))[0]).toStartWith("warn");
    expect(await levelOf("agents-login", context)).toEqual(['warn agent "alice" has no valid Claude login']);
    expect(await levelOf("agents-running", context)).toEqual(['error agent "bob" has failed: crash loop']);
  });

  test("a check that throws is a finding, and the others go on", async () => {
    const context = contextFor({
      databaseProblems: () => {
        throw new Error("no such table");
      },
    });
    expect(await levelOf("database-integrity", context)).toEqual([
      "error the check could not be made: no such table",
    ]);
    expect((await levelOf("wal-size", context)).length).toBe(1);
  });

  test("an unknown claude and a missing one are told apart", async () => {
    expect((await levelOf("claude", contextFor()))[0]).toStartWith("error no claude");
    expect((await levelOf("claude", contextFor({ claude: "/bin/true" })))[0]).toContain(
      "does not say its version",
    );
  });
});
