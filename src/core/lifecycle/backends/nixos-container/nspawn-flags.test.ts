import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { HiveError } from "../../../../wire/errors.ts";
import { bindFlag, nspawnFlags } from "./nspawn-flags.ts";

/** As the start script does it: no quotes around the variable. */
function expandUnquoted(flags: string, cwd: string): string[] {
  const { stdout } = Bun.spawnSync(["bash", "-c", "for word in $FLAGS; do printf '%s\\0' \"$word\"; done"], {
    env: { FLAGS: flags },
    cwd,
  });
  return stdout.toString().split("\0").slice(0, -1);
}

describe("nspawn flags", () => {
  test("name source and target, read-only or not", () => {
    expect(
      nspawnFlags([
        { source: "/a", target: "/b" },
        { source: "/c", target: "/d", readOnly: true },
      ]),
    ).toBe("--bind=/a:/b --bind-ro=/c:/d");
  });

  test("escape a colon, which parts source and target", () => {
    expect(bindFlag({ source: "/srv/a:b", target: "/m" })).toBe("--bind=/srv/a\\:b:/m");
  });

  test.each([
    ["/with space", "white space"],
    ["/with\ttab", "white space"],
    ["/with\nline", "white space"],
    ["/st*r", "one of * ? [ ]"],
    ["/b[a]r", "one of * ? [ ]"],
    ["/wh?t", "one of * ? [ ]"],
    ["/q'uote", "a quote or a backslash"],
    ['/q"uote', "a quote or a backslash"],
    ["/back\\slash", "a quote or a backslash"],
    ["/bell\u0007", "a control character"],
    ["relative", "is not absolute"],
  ])("refuse %j: it cannot be expressed", (path, why) => {
    expect(() => bindFlag({ source: path, target: "/m" })).toThrow(why);
    expect(() => bindFlag({ source: "/m", target: path })).toThrow(HiveError);
  });

  test("field notes: the start script expands EXTRA_NSPAWN_FLAGS unquoted: what is accepted survives it", () => {
    const dir = mkdtempSync(join(tmpdir(), "hive-flags-"));
    try {
      // A file that a glob could match.
      writeFileSync(join(dir, "--bind=star"), "");
      const path = fc.string({ minLength: 1, maxLength: 8 }).map((text) => `/${text}`);
      fc.assert(
        fc.property(fc.array(fc.tuple(path, path), { maxLength: 4 }), (pairs) => {
          const accepted = pairs.filter(([source, target]) => isAccepted(source) && isAccepted(target));
          const binds = accepted.map(([source, target]) => ({ source, target }));
          expect(expandUnquoted(nspawnFlags(binds), dir)).toEqual(binds.map(bindFlag));
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

function isAccepted(path: string): boolean {
  try {
    bindFlag({ source: path, target: "/m" });
    return true;
  } catch {
    return false;
  }
}
