import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOOLS } from "../mcp/tools/index.ts";
import { loadHarnessAssets } from "./assets.ts";

const alice = { agent: "alice", stateDir: "/agents/alice/state", role: "agent" } as const;

describe("assets", () => {
  test("tell an agent who it is in the first line, and leave no place unfilled", () => {
    const text = loadHarnessAssets({}).systemPrompt({ ...alice, extra: "You like {{name}}." });
    expect(text.startsWith('You are agent "alice" ')).toBe(true);
    expect(text).toContain("/agents/alice/state/notes.md");
    expect(text).toContain("You like {{name}}.");
    expect(text).not.toContain("You are the manager");
    expect(text.replace("You like {{name}}.", "")).not.toContain("{{");
    expect(loadHarnessAssets({}).systemPrompt({ ...alice, role: "manager" })).toContain(
      "# You are the manager",
    );
  });

  test("name only tools that exist", () => {
    const text = loadHarnessAssets({}).systemPrompt({ ...alice, role: "manager" });
    const known = new Set(TOOLS.map(({ server, name }) => `mcp__${server}__${name}`));
    const named = [...text.matchAll(/mcp__\w+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(known).toContain(name);
  });

  test("are replaced file by file from a directory", () => {
    const dir = mkdtempSync(join(tmpdir(), "hive-assets-"));
    try {
      writeFileSync(join(dir, "system-prompt.md"), 'You are agent "{{name}}", tersely.');
      expect(loadHarnessAssets({ HYPERHIVE_ASSETS: dir }).systemPrompt(alice)).toBe(
        'You are agent "alice", tersely.\n',
      );
      expect(JSON.parse(loadHarnessAssets({ HYPERHIVE_ASSETS: dir }).claudeSettings)).toMatchObject({
        includeCoAuthoredBy: false,
      });
      writeFileSync(join(dir, "claude-settings.json"), "{");
      expect(() => loadHarnessAssets({ HYPERHIVE_ASSETS: dir })).toThrow("is not JSON");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
