// Nothing in the current directory and nothing beside the executables changes what they do: no .env, no bunfig.toml,
// no node_modules, proved by what they open; and they run where there is neither Bun nor Node.
import { describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { allProcesses } from "../support/hive-processes.ts";
import { claudePath, hivePrograms } from "../support/hive-programs.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { startHive } from "../support/start-hive.ts";

const NAMES = ["hive-c0re", "hivectl", "hive-ag3nt", "hive-forge"] as const;
const fromSource = process.env["HIVE_TEST_FROM_SOURCE"] === "1";
const works = (command: string[]): boolean => {
  try {
    return Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
};

function scratchDir(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "hive-cwd-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function plantTraps(folder: string): string {
  const sprung = join(folder, "sprung");
  const trap = `require("node:fs").appendFileSync(${JSON.stringify(sprung)}, process.argv.join(" ") + "\\n");`;
  writeFileSync(join(folder, "trap.js"), trap);
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./trap.js"]\n[run]\npreload = ["./trap.js"]\n');
  const env =
    "HIVE_SOCKET=/trap.sock\nHIVE_LOG_LEVEL=debug\nXDG_STATE_HOME=/trap\nBUN_OPTIONS=--preload=./trap.js\n";
  for (const name of [".env", ".env.local", ".env.production", ".env.development"])
    writeFileSync(join(folder, name), env);
  for (const name of ["zod", "hono", "drizzle-orm", "ws", "citty", "croner"]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "index.js"), trap);
    writeFileSync(join(folder, "node_modules", name, "package.json"), `{"name":"${name}","main":"index.js"}`);
  }
  writeFileSync(join(folder, "package.json"), '{"name":"trap","type":"module","imports":{"#x":"./trap.js"}}');
  writeFileSync(join(folder, "tsconfig.json"), '{"compilerOptions":{"paths":{"zod":["./trap.js"]}}}');
  return sprung;
}

function run(program: string, args: readonly string[], cwd: string): { code: number; text: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([program, ...args], {
    cwd,
    env: { PATH: "/nowhere", HOME: cwd },
    timeout: 20_000,
  });
  return { code: exitCode, text: stdout.toString() + stderr.toString() };
}

// Sources run by Bun are another thing than executables.
const built = test.skipIf(fromSource);
// Without strace(1) nobody can say what is opened; scripts/test installs it.
const traced = test.skipIf(fromSource || !works(["strace", "-V"]));
// The empty root is made by bwrap(1).
const inEmptyRoot = test.skipIf(fromSource || !works(["bwrap", "--ro-bind", "/", "/", "true"]));

describe("the executables", () => {
  built("do the same in a hostile directory as anywhere", () => {
    using hostile = scratchDir();
    using empty = scratchDir();
    const sprung = plantTraps(hostile.path);
    const { core } = hivePrograms(hostile.path);
    const words = [["--version"], ["--help"]];
    for (const name of NAMES) {
      const program = join(core, "..", name);
      for (const args of words) {
        const there = run(program, args, hostile.path);
        expect(there, `${name} ${args}`).toEqual(run(program, args, empty.path));
        expect(there.text).not.toBe("");
      }
    }
    // The .env names another socket.
    const list = run(join(core, "../hivectl"), ["agent", "list"], hostile.path);
    expect(list.text).not.toContain("/trap");
    expect(existsSync(sprung)).toBe(false);
  });

  traced(
    "open no .env, no bunfig.toml and no node_modules while a hive runs",
    async () => {
      using hostile = scratchDir();
      const sprung = plantTraps(hostile.path);
      const trace = join(hostile.path, "trace");
      const wrapper = join(hostile.path, "traced-c0re");
      const real = hivePrograms(hostile.path).core;
      // Started in the hostile directory, and followed into harness and claude. With -D the daemon is the child
      // that gets the signals; a tracer in between would let go of it when stopped, and leave it running.
      writeFileSync(
        wrapper,
        `#!/bin/sh\ncd ${hostile.path}\nexec strace -D -f -qq -e trace=open,openat,openat2,stat,lstat,newfstatat,statx,execve,access,faccessat2 -o ${trace} ${real} "$@"\n`,
        { mode: 0o755 },
      );
      {
        // Named without node_modules, so that only what the executables look for by themselves is found.
        const claude = join(hostile.path, "claude");
        symlinkSync(claudePath(), claude);
        await using hive = await startHive({
          rules: puppetRules(),
          core: wrapper,
          agents: [{ name: "alice" }],
          settings: { claude_path: claude },
          env: { PATH: "/usr/bin:/bin" },
        });
        // An agent can write where its harness starts.
        plantTraps(join(hive.stateDir, "agents/alice/state"));
        await hive.call(operatorWire.restart, { name: "alice" });
        await hive.idle("alice");
        const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "bash<<echo hello>>" });
        await hive.waitFor(
          "the turn is over",
          ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
          60_000,
        );
      }
      await untilGone(trace);
      const ours = ownLines(readFileSync(trace, "utf8"));
      expect(ours.length).toBeGreaterThan(100);
      const touched = ours.filter((line) =>
        /"[^"]*(node_modules|\/\.env|"\.env|bunfig\.toml|tsconfig\.json|package\.json)[^"]*"/.test(line),
      );
      expect(touched).toEqual([]);
      expect(existsSync(sprung)).toBe(false);
    },
    120_000,
  );

  inEmptyRoot("run from an empty directory where there is neither Bun nor Node", () => {
    using scratch = scratchDir();
    const dist = join(hivePrograms(scratch.path).core, "..");
    const bin = join(scratch.path, "bin");
    mkdirSync(bin);
    copyFileSync(join(dist, "hive-c0re"), join(bin, "hive-c0re"));
    copyFileSync(join(dist, "hive-ag3nt"), join(bin, "hive-ag3nt"));
    symlinkSync("hive-c0re", join(bin, "hivectl"));
    symlinkSync("hive-ag3nt", join(bin, "hive-forge"));
    const root = [
      "--unshare-all",
      "--tmpfs",
      "/",
      "--dir",
      "/empty",
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      "--tmpfs",
      "/tmp",
    ];
    const libs = ["/lib", "/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
      .filter((path) => existsSync(path))
      .flatMap((path) => ["--ro-bind", path, path]);
    const inside = (...words: string[]) => {
      const command = [
        "bwrap",
        ...root,
        ...libs,
        "--ro-bind",
        bin,
        "/bin",
        "--chdir",
        "/empty",
        "--clearenv",
        ...words,
      ];
      const { exitCode, stdout, stderr } = Bun.spawnSync(command, { timeout: 20_000 });
      return { exitCode, text: stdout.toString() + stderr.toString() };
    };
    for (const name of NAMES) {
      const { exitCode, text } = inside(`/bin/${name}`, "--version");
      expect(text, name).toStartWith(`${name} `);
      expect(exitCode, name).toBe(0);
    }
    const { text } = inside(
      "/bin/hive-c0re",
      "serve",
      "--state",
      "/tmp/s",
      "--port",
      "0",
      "--backend",
      "dockr",
    );
    expect(text).toContain('"dockr"');
  });
});

/** Waits for the tracer to have written everything and ended, which it does with the last that it traces. */
async function untilGone(trace: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (allProcesses().some(({ argv }) => argv[0] === "strace" && argv.includes(trace))) {
    if (Date.now() > deadline) throw new Error("strace, or something that it traces, is still running");
    await Bun.sleep(100);
  }
}

/** Lines of our own processes: claude and the commands of agents open what they like. */
function ownLines(trace: string): readonly string[] {
  const program = new Map<string, string>();
  const mine: string[] = [];
  for (const line of trace.split("\n")) {
    const [, pid, rest] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined || rest === undefined) continue;
    const started = /^execve\("([^"]+)"/.exec(rest);
    if (started !== null && !rest.includes("= -1")) program.set(pid, started[1] ?? "");
    const name = program.get(pid);
    // A thread has not executed anything itself; claude's are told by what they open below its own folders.
    if (name !== undefined && /hive-(c0re|ag3nt)$/.test(name)) mine.push(rest);
  }
  return mine;
}
