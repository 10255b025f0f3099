import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeBackend } from "../../../test/support/fake-backend.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Backend } from "./backend.ts";
import { probeBubblewrap } from "./backends/bubblewrap/probe.ts";
import { NOT_ISOLATED, processBackend } from "./backends/process.ts";
import { chooseBackend } from "./choose-backend.ts";
import { preflight } from "./preflight.ts";

function tempDir() {
  const dir = mkdtempSync(join(tmpdir(), "hive-preflight-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

describe("preflight", () => {
  test("finds claude on the PATH or where the settings say", () => {
    using temp = tempDir();
    const base = { stateDir: temp.dir, harness: "/bin/sh", path: "relative:/bin" };
    expect(preflight({ ...base, claude: "/bin/true" })).toEqual({ claude: "/bin/true" });
    expect(() => preflight(base)).toThrow('there is no "claude" on the PATH');
  });

  test("names what is missing: harness, state directory", () => {
    using temp = tempDir();
    const base = { stateDir: temp.dir, harness: "/bin/sh", claude: "/bin/true", path: "" };
    expect(() => preflight({ ...base, harness: "/nowhere/hive-ag3nt" })).toThrow(
      "is not there or cannot be run",
    );
    expect(() => preflight({ ...base, stateDir: "/nowhere" })).toThrow(
      'state directory "/nowhere" cannot be written',
    );
    expect(() => preflight({ ...base, stateDir: "/proc" })).toThrow("/proc");
  });
});

describe("choice of a backend", () => {
  const broken = (reason: string): Backend => ({ ...fakeBackend("best"), probe: async () => reason });
  const plain = processBackend({ clock: systemClock, path: "/bin" });

  test("auto takes the first that works, and says loudly what the fallback means and why", async () => {
    expect((await chooseBackend("auto", [fakeBackend("best"), plain])).warning).toBeUndefined();
    const chosen = await chooseBackend("auto", [broken("bwrap is not installed"), plain]);
    expect(chosen.backend.name).toBe("process");
    expect(chosen.warning).toBe(`${NOT_ISOLATED}; bwrap is not installed`);
    expect(chosen.backend.capabilities.isolated).toBe(false);
  });

  test("one asked for by name is not replaced by another", async () => {
    await expect(chooseBackend("best", [broken("no"), plain])).rejects.toMatchObject({ code: "unsupported" });
    await expect(chooseBackend("podman", [plain])).rejects.toMatchObject({
      code: "invalid",
      hint: "use one of: auto, process",
    });
  });

  test("bubblewrap's probe says what to install", async () => {
    using temp = tempDir();
    const { reason } = await probeBubblewrap({ path: temp.dir });
    expect(reason).toBe("bwrap is not installed (the package is called bubblewrap)");
  });

  test("bubblewrap's probe gives the reason of a bwrap that is not allowed to work", async () => {
    using temp = tempDir();
    const { writeFileSync } = await import("node:fs");
    const line = "bwrap: setting up uid map: Permission denied";
    writeFileSync(join(temp.dir, "bwrap"), `#!/bin/sh\necho '${line}' >&2\nexit 1\n`, { mode: 0o755 });
    const { reason } = await probeBubblewrap({ path: temp.dir });
    expect(reason).toContain("unprivileged user namespaces are not permitted");
  });
});
