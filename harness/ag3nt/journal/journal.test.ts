import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock } from "../../../src/lib/clock.ts";
import { openSqlite } from "../../../src/platform/sqlite.ts";
import type { JournalData, JournalFrame } from "../../../src/wire/journal.ts";
import { EVENT_MAX_BYTES } from "./fit-event.ts";
import { type Journal, type JournalLimits, openJournal } from "./journal.ts";

let dir: string;
let path: string;
const opened: Journal[] = [];
const clock = manualClock(Date.parse("2026-11-23T00:00:00Z"));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "hive-journal-"));
  path = join(dir, "hyperhive-events.sqlite");
});
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(limits?: Partial<JournalLimits>): Journal {
  const journal = openJournal({ path, clock, ...(limits === undefined ? {} : { limits }) });
  opened.push(journal);
  return journal;
}

function shut(journal: Journal): void {
  opened.splice(opened.indexOf(journal), 1);
  journal.close();
}

const text = (words: string): JournalData => ({ kind: "text", text: words });

async function take(frames: AsyncIterable<JournalFrame>, count: number): Promise<JournalFrame[]> {
  const taken: JournalFrame[] = [];
  for await (const frame of frames) {
    taken.push(frame);
    if (taken.length === count) break;
  }
  return taken;
}

describe("journal", () => {
  test("keeps what was appended over a reopening, with numbers going on", async () => {
    const first = open();
    first.append(text("one"));
    first.append({ kind: "turn_end", lease_id: "L1", outcome: "ok" });
    first.setTodos([{ id: "1", text: "eat", state: "open" }]);
    shut(first);
    const second = open();
    expect(second.append(text("two")).seq).toBe(4);
    expect((await second.history({ limit: 10 })).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(second.lastTurnEnd("L1")?.outcome).toBe("ok");
    expect(second.lastTurnEnd("L2")).toBeUndefined();
    expect(second.todos()).toEqual([{ id: "1", text: "eat", state: "open" }]);
  });

  test("pages backwards and forwards and says whether there is more", async () => {
    const journal = open();
    for (let i = 1; i <= 10; i++) journal.append(text(`n${i}`));
    const seqs = async (query: Parameters<Journal["history"]>[0]) => {
      const page = await journal.history(query);
      return [page.events.map(({ seq }) => seq), page.more] as const;
    };
    expect(await seqs({ limit: 3 })).toEqual([[8, 9, 10], true]);
    expect(await seqs({ limit: 3, before: 4 })).toEqual([[1, 2, 3], false]);
    expect(await seqs({ limit: 3, after: 6 })).toEqual([[7, 8, 9], true]);
    expect(await seqs({ limit: 9, after: 6 })).toEqual([[7, 8, 9, 10], false]);
  });

  test("finds words, not keys or ids, whatever their case and signs", async () => {
    const journal = open();
    journal.append(text('he said "Grüße" 100%'));
    journal.append({ kind: "tool_use", tool_use_id: "t", name: "Read", input: { file_path: "/a_b" } });
    journal.append(text("line\nbreak"));
    const found = async (search: string) =>
      (await journal.history({ limit: 5, search })).events.map(({ seq }) => seq);
    expect(await found("GRÜSSE".replace("SS", "ß"))).toEqual([1]);
    expect(await found('"grüße" 100%')).toEqual([1]);
    expect(await found("A_B")).toEqual([2]);
    expect(await found("file_path")).toEqual([]);
    expect(await found("kind")).toEqual([]);
    expect(await found("line\nbreak")).toEqual([3]);
  });

  test("shows a follower every event once and in order while others append", async () => {
    const journal = open();
    for (let i = 0; i < 250; i++) journal.append(text(`old ${i}`));
    const seen = take(journal.follow(0, new AbortController().signal), 1_000);
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let i = 0; i < 150; i++) {
        journal.append(text(`${writer} ${i}`));
        if (i % 7 === writer) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await Promise.all(writers);
    const seqs = (await seen).map((frame) => (frame.type === "event" ? frame.event.seq : frame.type));
    expect(seqs).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });

  test("tells a follower what was pruned under it", async () => {
    const journal = open({ maxEvents: 100 });
    for (let i = 0; i < 30; i++) journal.append(text(`${i}`));
    const frames = journal.follow(0, new AbortController().signal)[Symbol.asyncIterator]();
    expect((await frames.next()).value).toMatchObject({ type: "event", event: { seq: 1 } });
    for (let i = 0; i < 500; i++) journal.append(text(`${i}`));
    let last = 1;
    const gaps: number[] = [];
    while (last < 530) {
      const frame = (await frames.next()).value as JournalFrame;
      if (frame.type === "gap") {
        expect(frame.after).toBe(last);
        gaps.push(frame.seq);
        last = frame.seq;
      }
      if (frame.type === "event") expect(frame.event.seq).toBe(++last);
    }
    expect(gaps.length).toBe(1);
    const { events } = await journal.history({ limit: 1000 });
    expect(events.length).toBeGreaterThanOrEqual(100);
    expect(events.length).toBeLessThan(130);
  });

  test("shows deltas between the events they belong between, and stores none", async () => {
    const journal = open();
    const ahead = new AbortController();
    const frames = take(journal.follow(undefined, ahead.signal), 4);
    await new Promise((resolve) => setImmediate(resolve));
    journal.delta({ kind: "text_delta", text: "he" });
    journal.delta({ kind: "text_delta", text: "llo" });
    journal.append(text("hello"));
    journal.delta({ kind: "text_delta", text: "next" });
    const shown = (await frames).map((frame) => (frame.type === "delta" ? frame.delta.text : frame.type));
    expect(shown).toEqual(["he", "llo", "event", "next"]);
    expect((await journal.history({ limit: 9 })).events.length).toBe(1);
  });

  test("holds nothing but a bounded rest of deltas for a follower that does not read", async () => {
    const journal = open();
    const frames = journal.follow(undefined, new AbortController().signal)[Symbol.asyncIterator]();
    const first = frames.next();
    for (let i = 0; i < 1_000; i++) journal.delta({ kind: "text_delta", text: "x".repeat(1_000) });
    journal.append(text("whole"));
    let chars = 0;
    for (let frame = (await first).value; frame?.type !== "event"; frame = (await frames.next()).value) {
      if (frame?.type === "delta") chars += frame.delta.text.length;
    }
    expect(chars).toBeLessThanOrEqual(64 * 1024);
  });

  test("ends a tail with its signal and with the journal", async () => {
    const journal = open();
    const cut = new AbortController();
    const bySignal = take(journal.follow(undefined, cut.signal), 1);
    const byClose = take(journal.follow(undefined, new AbortController().signal), 1);
    await new Promise((resolve) => setImmediate(resolve));
    cut.abort();
    expect(await bySignal).toEqual([]);
    shut(journal);
    expect(await byClose).toEqual([]);
  });

  test("forgets by age and by size", async () => {
    const journal = open({ maxAgeMs: 1_000, maxEvents: 40 });
    for (let i = 0; i < 10; i++) journal.append(text(`old ${i}`));
    clock.jump(5_000);
    for (let i = 0; i < 12; i++) journal.append(text(`new ${i}`));
    expect((await journal.history({ limit: 100, search: "old" })).events).toEqual([]);
    expect((await journal.history({ limit: 100, search: "new" })).events.length).toBe(12);
    shut(journal);
    const small = open({ maxBytes: 512 * 1024, maxEvents: 80 });
    for (let i = 0; i < 60; i++) small.append(text("x".repeat(50_000)));
    expect((await small.history({ limit: 100 })).events.length).toBeLessThan(60);
  });

  test("moves an unreadable file aside, says so, and shows followers a gap", async () => {
    writeFileSync(path, "not a database, only text".repeat(100));
    const journal = open();
    const aside = readdirSync(dir).filter((name) => name.includes(".corrupt-"));
    expect(aside.length).toBe(1);
    const { events } = await journal.history({ limit: 5 });
    expect(events[0]?.data).toMatchObject({ kind: "notice", level: "error" });
    const [gap] = await take(journal.follow(7, new AbortController().signal), 1);
    expect(gap).toMatchObject({ type: "gap", after: 7 });
  });

  test("begins anew when pages inside the file are broken", async () => {
    const journal = open();
    for (let i = 0; i < 2_000; i++) journal.append(text("x".repeat(200)));
    shut(journal);
    const whole = openSqlite(path);
    const root = Number(
      whole.prepare("select rootpage from sqlite_schema where name = 'events'").values()[0]?.[0],
    );
    const size = Number(whole.prepare("pragma page_size").values()[0]?.[0]);
    whole.exec("pragma wal_checkpoint(truncate)");
    whole.close();
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    const bytes = new Uint8Array(await Bun.file(path).arrayBuffer());
    bytes.fill(0xff, (root - 1) * size, root * size);
    writeFileSync(path, bytes);
    const again = open();
    again.append(text("after"));
    expect((await again.history({ limit: 5, search: "after" })).events.length).toBe(1);
    expect(readdirSync(dir).some((name) => name.includes(".corrupt-"))).toBe(true);
  });

  test("cuts an event that no reader would take", async () => {
    const journal = open();
    const { data } = journal.append({
      kind: "tool_result",
      tool_use_id: "t",
      is_error: false,
      text: "ü".repeat(EVENT_MAX_BYTES),
    });
    expect(new TextEncoder().encode(JSON.stringify(data)).byteLength).toBeLessThan(EVENT_MAX_BYTES);
    expect(data.kind === "tool_result" && data.text.endsWith("characters cut]")).toBe(true);
    const many = journal.append({
      kind: "tool_use",
      tool_use_id: "t",
      name: "n",
      input: Array.from({ length: 200_000 }, (_, i) => `entry ${i}`),
    });
    expect(many.data.kind).toBe("raw");
  });

  test("gives the newest of a conversation as a digest within its bound", () => {
    const journal = open();
    journal.append({
      kind: "turn_start",
      lease_id: "L",
      attempt: 1,
      session_id: "s",
      session: "new",
      messages: [{ id: "m", from: "bob", body: "what is\nup?" }],
    });
    journal.append({ kind: "thinking", text: "hm" });
    journal.append(text("not much"));
    expect(journal.recentDigest(1_000)).toBe("bob wrote: what is up?\nyou said: not much");
    expect(journal.recentDigest(20)).toBe("you said: not much");
  });
});
