import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "./main-options.ts";
import { loadSettings } from "./settings.ts";

const dirs: string[] = [];
function file(content: string): string {
  const dir = mkdtempSync(join(tmpdir(), "hive-settings-"));
  dirs.push(dir);
  const path = join(dir, "c0re.json");
  writeFileSync(path, content);
  return path;
}
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe("settings", () => {
  test("with --state everything lies below it", () => {
    const env = { HOME: "/home/op", RUNTIME_DIRECTORY: "/run/hyperhive" };
    expect(loadSettings({ flags: { state_dir: "/srv/hive" }, env })).toMatchObject({
      state_dir: "/srv/hive",
      runtime_dir: "/srv/hive/run",
      port: 7000,
      host: "127.0.0.1",
    });
  });

  test("systemd's directories come before the user's", () => {
    const user = loadSettings({ flags: {}, env: { HOME: "/home/op" } });
    expect(user.state_dir).toBe("/home/op/.local/state/hyperhive");
    const env = { HOME: "/root", STATE_DIRECTORY: "/var/lib/hyperhive", RUNTIME_DIRECTORY: "/run/hyperhive" };
    expect(loadSettings({ flags: {}, env })).toMatchObject({
      state_dir: "/var/lib/hyperhive",
      runtime_dir: "/run/hyperhive",
    });
  });

  test("flags override the file", () => {
    const path = file('{"port":7100,"demo":true,"state_dir":"/a"}');
    expect(loadSettings({ file: path, flags: { port: 7200 }, env: {} })).toMatchObject({
      port: 7200,
      demo: true,
    });
  });

  test("every problem is said with its path, unknown keys with what was meant", () => {
    const path = file('{"prot":1,"state_dir":"x","limits":{"timeline_event":1},"claude_env":{"lower":"x"}}');
    const load = (): unknown => loadSettings({ file: path, flags: {}, env: {} });
    expect(load).toThrow(
      expect.objectContaining({
        code: "invalid",
        hint: `hive-c0re check-config ${path}`,
        message: expect.stringMatching(
          /"state_dir" is not an absolute path.*"limits\.timeline_event" is not a setting, did you mean "timeline_events"\?.*"prot" is not a setting, did you mean "port"\?/,
        ),
      }),
    );
  });

  test("a file that is no JSON object, or is not there, is one sentence", () => {
    expect(() => loadSettings({ file: file("{"), flags: {}, env: {} })).toThrow("is not JSON");
    expect(() => loadSettings({ file: file("[]"), flags: {}, env: {} })).toThrow("is not one JSON object");
    expect(() => loadSettings({ file: "/nonexistent.json", flags: {}, env: {} })).toThrow("ENOENT");
  });
});

describe("the daemon's command line", () => {
  test("reads serve with its flags", () => {
    expect(readCommandLine(["serve", "--state", "/s", "--port", "7100", "--backend", "process"])).toEqual({
      command: "serve",
      config: undefined,
      flags: { state_dir: "/s", port: 7100, backend: "process" },
    });
  });

  const WRONG: readonly (readonly [readonly string[], string])[] = [
    [[], "say what to do"],
    [["serv"], 'did you mean "serve"?'],
    [["serve", "now"], 'takes no word "now"'],
    [["serve", "--prot", "1"], "--prot"],
    [["serve", "--port", "x"], "is not a port number"],
    [["check-config"], "takes one file"],
  ];
  for (const [words, text] of WRONG) {
    test(`"${words.join(" ")}" is refused and points to the help`, () => {
      const read = (): unknown => readCommandLine(words);
      expect(read).toThrow(text);
      expect(read).toThrow(expect.objectContaining({ hint: "hive-c0re --help" }));
    });
  }
});
