// The units that a real nixpkgs rendered, as they are committed: systemd itself reads them.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.ts";

const GOLDEN = join(ROOT, "test/fixtures/nix/golden/nixpkgs");
const units = readdirSync(GOLDEN).filter((name) => name.endsWith(".unit") && !name.includes("@"));
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

// test/system/nixos-host boots doubles of these units: what they say must be what NixOS says.
describe("the double of a host", () => {
  const DOUBLES = join(ROOT, "test/system/nixos-host/files");
  const service = (text: string): ReadonlyMap<string, string> => {
    const lines = text.slice(text.indexOf("[Service]")).split("\n");
    return new Map(
      lines.flatMap((line) =>
        [...line.matchAll(/^([A-Za-z]+)=(.*)$/g)].map((hit) => [hit[1] ?? "", hit[2] ?? ""]),
      ),
    );
  };
  /** Keys whose values are of the test's machine: places, and how long a test waits. */
  const OWN = new Set(["ExecStart", "Environment", "RestartSec", "EnvironmentFile", "WantedBy"]);

  test.each([
    ["hive-c0re.service", "host-minimal.unit"],
    ["container@.service", "container@.unit"],
    ["make-system", "agent-alice.unit"],
  ])("%s says what %s says", (double, golden) => {
    const real = service(readFileSync(join(GOLDEN, golden), "utf8"));
    const text = readFileSync(join(DOUBLES, double), "utf8").replaceAll("$name", "alice");
    const said = [...service(text)].filter(([key]) => !OWN.has(key));
    expect(said.length).toBeGreaterThan(2);
    expect(said).toEqual(said.map(([key]) => [key, real.get(key) ?? "(nothing)"]));
  });
});
