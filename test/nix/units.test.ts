// The units that a real nixpkgs rendered, as they are committed: systemd itself reads them.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.ts";

const GOLDEN = join(ROOT, "test/fixtures/nix/golden/nixpkgs");
const units = readdirSync(GOLDEN).filter((name) => name.endsWith(".unit"));
const reason = Bun.which("systemd-analyze") === null ? "systemd-analyze is not installed" : undefined;

// A machine may have no systemd: the title says so.
describe.skipIf(reason !== undefined)(`the units${reason === undefined ? "" : ` (${reason})`}`, () => {
  let work: string;
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "hive-units-"));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test.each(units)("systemd has nothing against %s", (name) => {
    // Neither the store nor the agent's user is on this machine; everything else is as rendered.
    const text = readFileSync(join(GOLDEN, name), "utf8")
      .replace(/^ExecStart=\S+/m, "ExecStart=/bin/true")
      .replace(/^User=.*\n/m, "");
    const file = join(work, name.replace(".unit", ".service"));
    writeFileSync(file, text);
    const argv = ["systemd-analyze", "verify", "--man=no", "--generators=no", "--recursive-errors=one", file];
    const { exitCode, stderr } = Bun.spawnSync(argv, { stderr: "pipe", stdout: "ignore" });
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  });
});
