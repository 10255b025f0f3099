// A full disk: what cannot be stored is refused with a sentence, what was accepted stays, and room is all it needs.
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HiveError } from "../../src/wire/errors.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

function mount(path: string, megabytes: number): boolean {
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]);
  return exitCode === 0;
}

function smallDisk(megabytes: number): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "hive-full-"));
  if (!mount(path, megabytes)) throw new Error("no tmpfs could be mounted");
  return {
    path,
    [Symbol.dispose]: () => {
      Bun.spawnSync(["umount", "-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), "hive-try-"));
  const works = mount(path, 1);
  if (works) Bun.spawnSync(["umount", path]);
  rmSync(path, { recursive: true, force: true });
  return works;
}

/** Takes all the room there is. */
function fill(folder: string): string {
  const file = join(folder, "filler");
  Bun.spawnSync(["dd", "if=/dev/zero", `of=${file}`, "bs=4096", "oflag=append", "conv=notrunc"]);
  return file;
}

async function sendUntilRefused(hive: Hive): Promise<{ accepted: string[]; refusal: HiveError }> {
  const accepted: string[] = [];
  for (let at = 0; at < 2_000; at += 1) {
    const sent = await hive
      .call(operatorWire.send, { to: "alice", body: `note ${at} ${"x".repeat(10_000)}` })
      .catch((error: unknown) => error);
    if (sent instanceof HiveError) return { accepted, refusal: sent };
    if (sent instanceof Error) throw sent;
    accepted.push((sent as { ids: string[] }).ids[0] ?? "");
  }
  throw new Error("the disk did not fill");
}

/** Room is looked for now and then, not at each message. */
async function untilAccepted(hive: Hive): Promise<{ ids: string[] }> {
  const deadline = Date.now() + 15_000;
  while (true) {
    try {
      return await hive.call(operatorWire.send, { to: "alice", body: "after" });
    } catch (error) {
      if (Date.now() > deadline || !(error instanceof HiveError && error.code === "storage")) throw error;
      await Bun.sleep(100);
    }
  }
}

// A disk of its own that can be full takes root and mount(8).
const onSmallDisk = test.skipIf(!canMount());

describe("a hive on a full disk", () => {
  onSmallDisk(
    "refuses with a sentence, keeps all it accepted, and goes on when there is room [msg:no-loss]",
    async () => {
      using disk = smallDisk(96);
      const stateDir = join(disk.path, "state");
      mkdirSync(stateDir);
      await using hive = await startHive({ stateDir, agents: [{ name: "alice" }] });
      await hive.call(operatorWire.setPaused, { name: "alice", paused: true });
      const filler = fill(disk.path);
      const { accepted, refusal } = await sendUntilRefused(hive);
      expect(refusal.code).toBe("storage");
      expect(refusal.message).toMatch(/full/);
      expect(refusal.hint).toBeTruthy();
      // It still answers, and still knows what it has.
      expect((await hive.snapshot()).agents.map(({ name }) => name)).toEqual(["alice"]);
      rmSync(filler);
      const more = await untilAccepted(hive);
      await hive.call(operatorWire.setPaused, { name: "alice", paused: false });
      for (const id of [...accepted, ...more.ids]) {
        const { message } = await hive.call(operatorWire.message, { id });
        expect(["queued", "delivered", "read", "handled"]).toContain(message.state);
      }
      const last = more.ids[0] ?? "";
      await hive.waitFor(
        "the last is handled",
        ({ messages }) => messages.get(last)?.state === "handled",
        60_000,
      );
      for (const id of accepted)
        expect((await hive.call(operatorWire.message, { id })).message.state).toBe("handled");
    },
    120_000,
  );

  onSmallDisk("refuses to start on one, in one sentence", async () => {
    using disk = smallDisk(1);
    writeFileSync(join(disk.path, "filler"), "");
    fill(disk.path);
    const stateDir = join(disk.path);
    await using hive = await startHive({ stateDir, start: false });
    const failed = await hive.startCore().catch((error: unknown) => error);
    expect(String(failed)).toMatch(/full|no space/i);
    expect(String(failed)).not.toMatch(/\n\s+at /);
  });
});
