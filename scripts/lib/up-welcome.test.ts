import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shellWord, type Welcome, welcomeLines } from "./up-welcome.ts";

const welcome: Welcome = {
  options: { demo: false, state: "/home/newcomer/.local/state/hyperhive", port: 7000, backend: undefined },
  root: "/home/newcomer/hyperhive",
  link: `http://127.0.0.1:7000/#login=${"x".repeat(43)}`,
  notIsolated: undefined,
  claude: "/home/newcomer/hyperhive/node_modules/.bin/claude",
  ownKey: false,
  resumed: false,
};
const demo = { ...welcome.options, demo: true, state: "/home/newcomer/.local/state/hyperhive-demo" };

const CASES: readonly (readonly [string, Partial<Welcome>])[] = [
  ["a first start", {}],
  ["the demo", { options: demo }],
  ["the demo again", { options: demo, resumed: true }],
  ["a key of one's own", { ownKey: true }],
  ["no claude", { claude: undefined }],
  ["no cage", { notIsolated: ["bwrap is not installed (the package is called bubblewrap)"] }],
];

function tempFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "hive-welcome-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe("the welcome of scripts/up", () => {
  test.each(CASES)("fits into 80 columns: %s", (_name, part) => {
    const wide = welcomeLines({ ...welcome, ...part }).filter((line) => line.length > 79);
    expect(wide).toEqual([]);
  });

  test("gives the link and what is typed lines of their own", () => {
    const lines = welcomeLines(welcome);
    expect(lines).toContain(`  ${welcome.link}`);
    expect(lines).toContain("  export HIVE_SOCKET=/home/newcomer/.local/state/hyperhive/run/host.sock");
    expect(lines).toContain(`  export PATH=/home/newcomer/hyperhive/dist:"$PATH"`);
  });

  test("the login it prints is one shell command that reaches each agent's own directory", () => {
    using folder = tempFolder();
    const claude = join(folder.path, "my claude");
    writeFileSync(claude, '#!/bin/sh\necho "$CLAUDE_CONFIG_DIR: $*"\n', { mode: 0o755 });
    const state = "/tmp/it's a hive";
    const lines = welcomeLines({ ...welcome, options: { ...welcome.options, state }, claude });
    const from = lines.findIndex((line) => line.includes("for a in"));
    const { stdout } = Bun.spawnSync(["sh", "-c", lines.slice(from, from + 3).join("\n")]);
    expect(stdout.toString()).toBe(
      `${state}/agents/alice/claude: auth login\n${state}/agents/hm1nd/claude: auth login\n`,
    );
  });

  test("quotes for a shell only what needs it", () => {
    expect(shellWord("/srv/hive-1")).toBe("/srv/hive-1");
    expect(shellWord("/srv/my hive")).toBe("'/srv/my hive'");
  });
});
