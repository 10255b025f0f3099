import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import type { HiveError } from "../../src/wire/errors.ts";
import type { LinkPush } from "../../src/wire/link.ts";
import { type FakeCore, startFakeCore } from "../../test/support/fake-core.ts";
import { type HelloAnswer, type Link, startLink } from "./link.ts";

interface LinkBed extends AsyncDisposable {
  readonly link: Link;
  readonly hellos: readonly HelloAnswer[];
  readonly pushes: readonly LinkPush[];
  core(): Promise<FakeCore>;
}

function startBed(): LinkBed {
  const home = mkdtempSync(join(tmpdir(), "hive-link-"));
  const path = join(home, "hive.sock");
  const over = new AbortController();
  const hellos: HelloAnswer[] = [];
  const pushes: LinkPush[] = [];
  const cores: FakeCore[] = [];
  const link = startLink({
    path,
    hello: () => ({ link_version: 1, version: "test", pid: 1, boot_id: "boot-0001" }),
    onHello: (answer) => void hellos.push(answer),
    onPush: (push) => void pushes.push(push),
    clock: systemClock,
    log: silentLogger,
    signal: over.signal,
  });
  return {
    link,
    hellos,
    pushes,
    core: async () => {
      const core = await startFakeCore({ path });
      cores.push(core);
      return core;
    },
    [Symbol.asyncDispose]: async () => {
      over.abort(new Error("the test is over"));
      await link.done;
      for (const core of cores) await core[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "answered",
    (error: HiveError) => error.code,
  );

describe("link", () => {
  test("waits for a hive-c0re that comes later; a call before that fails at once", async () => {
    await using bed = startBed();
    expect(await codeOf(bed.link.call("setStatus", { text: "x" }))).toBe("unavailable");
    const asked = bed.link.insist("report", { state: { kind: "idle" } });
    await bed.core();
    expect(await asked).toEqual({});
    expect(bed.hellos).toHaveLength(1);
  });

  test("an open request fails when the connection breaks, one that insists is asked again", async () => {
    await using bed = startBed();
    const core = await bed.core();
    const waiting = bed.link.insist("lease", { max: 5 });
    await core.until("the question", () => core.requests.some(({ cmd }) => cmd === "lease"));
    const once = codeOf(bed.link.call("lease", { max: 5 }));
    await core.until("both", () => core.requests.filter(({ cmd }) => cmd === "lease").length === 2);
    core.drop();
    expect(await once).toBe("unavailable");
    await core.until("again", () => core.requests.filter(({ cmd }) => cmd === "lease").length === 3);
    const sent = core.send("hi");
    expect((await waiting).lease.messages.map((message) => message.id)).toEqual([sent.id]);
  });

  test("an error keeps its code, and is no reason to ask again", async () => {
    await using bed = startBed();
    const core = await bed.core();
    await core.until("the greeting", () => core.hellos.length === 1);
    expect(await codeOf(bed.link.insist("setStatus", { text: "x" }))).toBe("unknown_command");
    expect(core.requests.filter(({ cmd }) => cmd === "set_status")).toHaveLength(1);
  });

  test("pushes arrive typed, and a frame that is not known breaks nothing", async () => {
    await using bed = startBed();
    const core = await bed.core();
    await core.until("the greeting", () => core.hellos.length === 1);
    core.push({ push: "novelty" } as unknown as LinkPush);
    core.push({ push: "compact" });
    await bed.link.insist("report", { state: { kind: "idle" } });
    expect(bed.pushes).toEqual([{ push: "compact" }]);
  });
});
