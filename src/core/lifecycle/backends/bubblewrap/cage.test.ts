/** From inside a real cage: tries to reach everything an agent must not reach. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { backendBed } from "../../../../../test/support/backend-bed.ts";
import { systemClock } from "../../../../lib/clock.ts";
import { bubblewrapBackend } from "./bubblewrap.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";
const missing = await bubblewrapBackend({ clock: systemClock, path, privatePlaces: [] }).probe();
const caged = (title: string, body: () => Promise<void>): void =>
  // Skipped only where no cage can be made; the probe's sentence is in the title.
  missing === undefined ? test(title, body, 20_000) : test.skip(`${title} (${missing})`, body);

/** Runs shell lines in a fresh cage of `alice`. */
async function inside(bed: ReturnType<typeof backendBed>, script: string) {
  const backend = bubblewrapBackend({ clock: systemClock, path, privatePlaces: [bed.dir] });
  return backend.exec(bed.spec("alice", ""), ["/bin/sh", "-c", script], { timeoutMs: 15_000 });
}

describe("cage", () => {
  caged("shows an ordinary user of the agent's name on a host of its own", async () => {
    using bed = backendBed();
    const { stdout } = await inside(bed, 'whoami; id -u; hostname; cat /etc/hostname; echo "$HOME"; pwd');
    expect(stdout.trim().split("\n")).toEqual([
      ...["alice", "1000", "h-alice", "h-alice", "/home/alice", "/agents/alice/state"],
    ]);
  });

  caged(
    "can write its state, its login, /tmp and its home, and nothing of the system [agent:confined]",
    async () => {
      using bed = backendBed();
      const script = `for d in . ~/.claude ~ /tmp /var/tmp /dev/shm; do touch $d/.probe && echo "yes $d"; done
      for d in / /usr /etc /run /run/hive /run/hive-bin /opt /usr/bin /home /agents /proc/sys/kernel /var; do
        touch $d/.probe 2>/dev/null && echo "WROTE $d"; done
      for f in /etc/passwd /etc/hosts /etc/resolv.conf /run/hive-bin/claude /etc/group; do
        sh -c "echo x >> $f" 2>/dev/null && echo "WROTE $f"; done; true`;
      const { stdout } = await inside(bed, script);
      expect(stdout).not.toContain("WROTE");
      expect(stdout.trim().split("\n").length).toBe(6);
      expect(existsSync(join(bed.place("alice").state, ".probe"))).toBe(true);
    },
  );

  caged("sees no home, no key, no other agent and nothing of the hive [agent:confined]", async () => {
    using bed = backendBed();
    const other = bed.place("bob");
    writeFileSync(join(other.state, "secret"), "BOB-SECRET");
    writeFileSync(join(other.socketDir, "hive.sock"), "BOB-SOCKET");
    for (const file of ["hive.sqlite", "run/host.sock"]) writeFileSync(join(bed.dir, file), "HIVE-SECRET");
    const alice = bed.place("alice");
    const places = [
      ...[
        bed.dir,
        other.state,
        other.socketDir,
        join(bed.dir, "hive.sqlite"),
        join(bed.dir, "run/host.sock"),
      ],
      ...[alice.root, alice.config, alice.log, homedir(), "/root", "/srv", "/mnt", "/media", "/boot", "/sys"],
      ...["/etc/shadow", "/etc/gshadow", "/etc/ssh", "/etc/ssl/private", "/etc/sudoers", "/etc/machine-id"],
      ...["/etc/npmrc", "/etc/gitconfig", "/etc/environment", "/var/lib", "/var/log", "/run/dbus", "/work"],
      ...["/agents/bob", "/home/bob", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda"],
    ];
    const script = places
      .map((place) => `ls -d '${place}' >/dev/null 2>&1 && echo 'SEEN ${place}'`)
      .join("\n");
    const { stdout } = await inside(bed, `${script}\nls /home /agents; ls -a /tmp`);
    expect(stdout.trim().split("\n")).toEqual(["/agents:", "alice", "", "/home:", "alice", ".", ".."]);
    const found = await inside(
      bed,
      "grep -rl 'BOB-S\\|HIVE-S' / --include=secret --include='hive.*' --include='host.*' -s",
    );
    expect(found.stdout.replaceAll(/^\/proc\/.*$/gm, "").trim()).toBe("");
  });

  caged("covers private places that lie beneath a visible directory [agent:confined]", async () => {
    using bed = backendBed();
    const { coveredPlaces } = await import("./host-facts.ts");
    const entry = { kind: "bind", path: bed.dir, source: bed.dir } as const;
    mkdirSync(join(bed.dir, "hive"));
    symlinkSync(join(bed.dir, "hive"), join(bed.dir, "link"));
    expect(coveredPlaces([entry], [join(bed.dir, "link"), "/nowhere", "/tmp"])).toEqual([
      join(bed.dir, "hive"),
    ]);
  });

  caged("sees and reaches no process of the host [agent:confined]", async () => {
    using bed = backendBed();
    const own = process.pid;
    const script = `ls /proc | grep -c '^[0-9]'; test -e /proc/${own}/environ && echo SEEN
      kill -0 ${own} 2>/dev/null && echo REACHED; kill -9 -1 2>/dev/null; true`;
    const { stdout } = await inside(bed, script);
    expect(Number(stdout.trim().split("\n")[0])).toBeLessThan(12);
    expect(stdout).not.toContain("SEEN");
    expect(stdout).not.toContain("REACHED");
  });

  caged(
    "has no capability, gains none, mounts nothing and traces nobody outside [agent:confined]",
    async () => {
      using bed = backendBed();
      const script = `grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status
      mount -t tmpfs x /tmp 2>/dev/null && echo MOUNTED
      mount --bind /tmp /etc 2>/dev/null && echo MOUNTED
      umount /proc/sys 2>/dev/null && echo UNMOUNTED
      mount -o remount,rw /usr 2>/dev/null && echo REMOUNTED
      unshare -Urm sh -c 'umount /proc/sys || mount -t proc p /proc' 2>/dev/null && echo ESCAPED
      hostname changed 2>/dev/null && echo RENAMED
      chroot / true 2>/dev/null && echo CHROOTED
      mknod /tmp/disk b 254 0 2>/dev/null && echo DEVICE; true`;
      const { stdout } = await inside(bed, script);
      const zero = "0000000000000000";
      expect(stdout.trim().split("\n")).toEqual([
        ...[`CapPrm:\t${zero}`, `CapEff:\t${zero}`, `CapBnd:\t${zero}`, `CapAmb:\t${zero}`, "NoNewPrivs:\t1"],
      ]);
    },
  );

  caged("cannot set what the kernel runs, even where the hive runs as root [agent:confined]", async () => {
    using bed = backendBed();
    // Opened for writing, not written: a hole must not change this machine.
    const script = `for f in kernel/core_pattern kernel/modprobe kernel/hostname vm/swappiness net/ipv4/ip_forward; do
        (exec 3>>/proc/sys/$f) 2>/dev/null && echo "OPENED $f"; done
      for f in /proc/*; do test -f $f && test -w $f && echo "WRITABLE $f"; done
      for f in kcore keys timer_list sysrq-trigger; do head -c1 /proc/$f 2>/dev/null | grep -q . && echo "READ $f"; done; true`;
    const { stdout } = await inside(bed, script);
    expect(stdout.trim()).toBe("");
  });

  caged("hides nothing in arguments: no variable is visible to other users of the host", async () => {
    using bed = backendBed();
    const spec = { ...bed.spec("alice", "sleep 1000"), env: { ANTHROPIC_API_KEY: "sk-ant-hidden" } };
    const backend = bubblewrapBackend({ clock: systemClock, path, privatePlaces: [bed.dir] });
    const run = await backend.start(spec);
    const cmdline = readFileSync(`/proc/${run.processes["main"]?.pid}/cmdline`, "utf8");
    await backend.stop(run, { graceMs: 0 });
    expect(cmdline).toContain("--unshare-user");
    expect(cmdline).not.toContain("sk-ant-hidden");
  });

  caged("reaches its own socket, and shares the host's network", async () => {
    using bed = backendBed();
    const got = Promise.withResolvers<string>();
    const server = createServer((socket) => socket.on("data", (data) => got.resolve(data.toString())));
    await new Promise<void>((resolve) =>
      server.listen(join(bed.place("alice").socketDir, "hive.sock"), resolve),
    );
    const code =
      "import os,socket;s=socket.socket(socket.AF_UNIX);s.connect(os.environ['HIVE_AGENT_SOCKET']);s.send(b'hi')";
    const { code: exit, stderr } = await inside(bed, `python3 -c "${code}"`);
    if (exit === 0) expect(await got.promise).toBe("hi");
    else expect(stderr).toContain("python3");
    await new Promise((resolve) => server.close(resolve));
  });

  caged("makes links that c0re does not follow [agent:confined]", async () => {
    using bed = backendBed();
    const { purgeTree } = await import("../../purge.ts");
    const { readFileNoFollow } = await import("../../../../platform/atomic-file.ts");
    writeFileSync(join(bed.dir, "hive.sqlite"), "HIVE-SECRET");
    const script = `ln -s '${bed.dir}/hive.sqlite' notes.md; ln -s / root; mkdir -p a/b/c; ln -s '${bed.dir}' a/b/c/up; mkfifo pipe`;
    expect((await inside(bed, script)).code).toBe(0);
    const { state, root } = bed.place("alice");
    expect(() => readFileNoFollow(join(state, "notes.md"))).toThrow("symbolic link");
    expect(() => readFileNoFollow(join(state, "pipe"))).toThrow("not a regular file");
    await purgeTree(root);
    expect(existsSync(root)).toBe(false);
    expect(readFileSync(join(bed.dir, "hive.sqlite"), "utf8")).toBe("HIVE-SECRET");
  });
});
