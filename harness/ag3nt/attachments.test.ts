import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ATTACHMENT_MAX_BYTES, attachmentLine } from "../../src/wire/attachments.ts";
import { picturesIn, storePart } from "./attachments.ts";
import { userLine } from "./claude/encode.ts";

const UPLOAD = "abcdef012345";
const part = (file: string, offset: number, text: string) => ({
  ...{ upload: UPLOAD, file, offset },
  data: Buffer.from(text).toString("base64"),
});

function place() {
  const dir = mkdtempSync(join(tmpdir(), "hive-att-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

describe("a file for the agent", () => {
  test("is put together from its parts; a repeated part is written once, a missing one is refused", () => {
    using at = place();
    storePart(at.dir, part("../a b.txt", 0, "one"));
    const again = storePart(at.dir, part("../a b.txt", 0, "one"));
    expect(again).toEqual({ path: join(at.dir, `attachments/${UPLOAD}-.._a_b.txt`), size: 3 });
    expect(() => storePart(at.dir, part("../a b.txt", 9, "far"))).toThrow("3 bytes");
    storePart(at.dir, part("../a b.txt", 3, "two"));
    expect(readFileSync(again.path, "utf8")).toBe("onetwo");
  });

  test("is bounded, and no link is followed", () => {
    using at = place();
    const { path } = storePart(at.dir, part("big", 0, "x"));
    writeFileSync(path, Buffer.alloc(ATTACHMENT_MAX_BYTES));
    expect(() => storePart(at.dir, part("big", ATTACHMENT_MAX_BYTES, "y"))).toThrow("larger");
    symlinkSync("/etc/hostname", join(at.dir, `attachments/${UPLOAD}-link`));
    expect(() => storePart(at.dir, part("link", 0, "y"))).toThrow("no file");
  });
});

describe("a picture that a text names", () => {
  test("goes with it, when it is one of the files that were given", () => {
    using at = place();
    const { path } = storePart(at.dir, part("p.png", 0, "png"));
    const outside = join(at.dir, "secret.png");
    writeFileSync(outside, "no");
    symlinkSync(outside, join(at.dir, "attachments/link.png"));
    const lines = [
      path,
      outside,
      join(at.dir, "attachments/../secret.png"),
      join(at.dir, "attachments/link.png"),
    ].map((each) => attachmentLine(each, "image/png", 3));
    const text = ["look", ...lines, attachmentLine(path, "text/plain", 3)].join("\n");
    expect(picturesIn(text, at.dir)).toEqual([{ media_type: "image/png", data: "cG5n" }]);
    const { message } = JSON.parse(userLine(text, "u", picturesIn(text, at.dir)));
    expect(message.content).toEqual([
      { type: "text", text },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "cG5n" } },
    ]);
    expect(JSON.parse(userLine("plain", "u")).message.content).toBe("plain");
  });
});
