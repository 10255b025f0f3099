// Starts that cannot work: one clear sentence that names what to do next, and nothing broken behind it.
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { claudePath, hivePrograms } from "../support/hive-programs.ts";
import { freePort, startHive } from "../support/start-hive.ts";

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

/** Runs the daemon, which is expected to refuse at once. */
async function refuses(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const scratch = mkdtempSync(join(tmpdir(), "hive-bs-"));
  const { core } = hivePrograms(scratch);
  const child = Bun.spawn([core, "serve", ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: scratch, ...env },
    cwd: "/",
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // Above the 21 s for which a taken port is tried again.
    timeout: 40_000,
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  rmSync(scratch, { recursive: true, force: true });
  return { code: child.exitCode, text: out + err };
}

function oneSentence({ code, text }: Ran, says: RegExp): void {
  expect(text).toMatch(says);
  expect(code).not.toBe(0);
  expect(code).not.toBe(null);
  expect(text).not.toMatch(/^\s+at /m);
  expect(text).toMatch(/hint|try|→|next|hivectl|hive-c0re|scripts\/up|systemctl|ls |df|mount|:/);
}

function scratchDir(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "hive-bs-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** PATH with everything of /usr/bin but `without`. */
function pathWithout(folder: string, without: string): string {
  mkdirSync(folder);
  for (const name of readdirSync("/usr/bin")) {
    if (name !== without) symlinkSync(join("/usr/bin", name), join(folder, name));
  }
  return folder;
}

describe("hive-c0re", () => {
  test("refuses a state directory that belongs to a running hive", async () => {
    await using hive = await startHive();
    const ran = await refuses(["--state", hive.stateDir, "--port", String(await freePort())]);
    oneSentence(ran, /(running|another|in use|already)/);
    expect(ran.text).toContain(hive.stateDir);
    // The one that runs is not disturbed.
    expect((await hive.call(operatorWire.info, {})).info.backend).toBe("process");
  });

  test("refuses a port that is taken", async () => {
    await using hive = await startHive();
    using other = scratchDir();
    const ran = await refuses(["--state", join(other.path, "s"), "--port", String(hive.port)]);
    oneSentence(ran, new RegExp(`${hive.port}`));
  }, 60_000);

  test("refuses a state directory that cannot be written", async () => {
    using scratch = scratchDir();
    const path = join(scratch.path, "ro");
    mkdirSync(path);
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", path]).exitCode === 0;
    if (!mounted) return;
    try {
      oneSentence(
        await refuses(["--state", join(path, "hive")]),
        /read-only|cannot be written|not writable/i,
      );
    } finally {
      Bun.spawnSync(["umount", path]);
    }
  });

  test("refuses a state directory that is a file, and a database that is garbage", async () => {
    using scratch = scratchDir();
    const file = join(scratch.path, "file");
    writeFileSync(file, "x");
    oneSentence(await refuses(["--state", file]), /file.*(not a directory|is a file)|not a directory/i);
    const state = join(scratch.path, "state");
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(join(state, "hive.sqlite"), "this is no database ".repeat(500), { mode: 0o600 });
    oneSentence(await refuses(["--state", state, "--port", "0"]), /hive\.sqlite|database/);
  });

  test("refuses unknown flags, words, settings and backends", async () => {
    using scratch = scratchDir();
    const config = join(scratch.path, "c.json");
    oneSentence(await refuses(["--stat", "x"]), /--stat/);
    oneSentence(await refuses(["now"]), /"now"/);
    writeFileSync(config, '{"prot": 7000}');
    oneSentence(await refuses(["--config", config]), /"prot" is not a setting, did you mean "port"/);
    writeFileSync(config, "{");
    oneSentence(await refuses(["--config", config]), /not JSON/);
    oneSentence(await refuses(["--config", join(scratch.path, "none")]), /none/);
    oneSentence(
      await refuses(["--state", join(scratch.path, "s"), "--port", "0", "--backend", "dockr"]),
      /"dockr"/,
    );
  });

  test("refuses bubblewrap where there is none, and falls back loudly when it may choose", async () => {
    using scratch = scratchDir();
    const PATH = pathWithout(join(scratch.path, "bin"), "bwrap");
    const asked = await refuses(
      ["--state", join(scratch.path, "s"), "--port", "0", "--backend", "bubblewrap"],
      { PATH },
    );
    oneSentence(asked, /bwrap|bubblewrap/);
    await using hive = await startHive({ backend: "auto", env: { PATH }, agents: [{ name: "alice" }] });
    const { info } = await hive.call(operatorWire.info, {});
    expect(info).toMatchObject({ backend: "process", isolated: false });
    expect(hive.view.agents.get("alice")?.isolated).toBe(false);
    const { findings } = await hive.call(operatorWire.doctor, {});
    expect(findings.some(({ check, level }) => check === "isolation" && level !== "ok")).toBe(true);
  });
});

describe("a hive without a claude", () => {
  test("refuses to spawn, with the next step", async () => {
    using scratch = scratchDir();
    const PATH = pathWithout(join(scratch.path, "bin"), "claude");
    await using hive = await startHive({ settings: { claude_path: undefined }, env: { PATH } });
    const refused = await hive.call(operatorWire.spawn, { name: "alice" }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "unavailable", hint: expect.stringContaining("claude") });
    expect(String(refused)).toContain("claude");
    expect((await hive.call(operatorWire.list, {})).agents).toEqual([]);
  });

  test("that had one says so, loses nothing, and goes on when it is back", async () => {
    using scratch = scratchDir();
    const claude = join(scratch.path, "claude");
    symlinkSync(claudePath(), claude);
    await using hive = await startHive({
      settings: { claude_path: claude },
      rules: [{ when: { agent: "alice" }, say: "fine" }],
      agents: [{ name: "alice" }],
    });
    rmSync(claude);
    const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "hello" });
    const told = await hive.waitFor("it says what is wrong", ({ agents }) => {
      const { state } = agents.get("alice") ?? {};
      return state?.kind === "failed" && state.reason;
    });
    expect(told).toContain("claude");
    const { message } = await hive.call(operatorWire.message, { id: ids[0] ?? "" });
    expect(message.state).not.toBe("failed");
    symlinkSync(claudePath(), claude);
    await hive.waitFor(
      "it is handled",
      ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
      40_000,
    );
  });
});
