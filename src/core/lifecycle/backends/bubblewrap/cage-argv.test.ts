import { describe, expect, test } from "bun:test";
import { agentPlace } from "../../place.ts";
import { type CageOptions, cageArgv } from "./cage-argv.ts";

const OPTIONS: CageOptions = {
  host: {
    bwrap: "/usr/bin/bwrap",
    disableUserns: true,
    system: [
      { kind: "bind", path: "/usr", source: "/usr" },
      { kind: "symlink", path: "/bin", target: "usr/bin" },
    ],
    etc: [{ kind: "bind", path: "/etc/resolv.conf", source: "/run/systemd/resolve/stub-resolv.conf" }],
    procReadOnly: ["/proc/sys"],
    procMasked: [
      { path: "/proc/acpi", directory: true },
      { path: "/proc/kcore", directory: false },
    ],
    covered: ["/usr/hive"],
  },
  place: agentPlace({ stateDir: "/s", runtimeDir: "/r" }, "alice"),
  files: { passwd: "/p", group: "/g", hostname: "/h" },
  programs: [
    { source: "/x/hive-ag3nt", path: "/run/hive-bin/hive-ag3nt" },
    { source: "/x/claude/cli.js", directory: "/x/claude", path: "/run/hive-bin/claude.d/cli.js" },
  ],
  command: ["/run/hive-bin/hive-ag3nt", "serve"],
};

const has = (argv: readonly string[], ...words: string[]): boolean =>
  argv.some((_, at) => words.every((word, n) => argv[at + n] === word));

describe("cage's arguments", () => {
  const argv = cageArgv(OPTIONS);

  test("unshare everything but the network, and let the agent outlive the daemon", () => {
    for (const word of [
      "--unshare-user",
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-uts",
      "--new-session",
    ]) {
      expect(argv).toContain(word);
    }
    expect(argv).toContain("--disable-userns");
    expect(argv).not.toContain("--unshare-net");
    expect(argv).not.toContain("--unshare-all");
    expect(argv).not.toContain("--die-with-parent");
    expect(has(argv, "--cap-drop", "ALL")).toBe(true);
    expect(has(argv, "--hostname", "h-alice")).toBe(true);
  });

  test("make nothing of the host writable but the agent's own three places", () => {
    const writable = argv.flatMap((word, at) => (word === "--bind" ? [[argv[at + 1], argv[at + 2]]] : []));
    expect(writable).toEqual([
      ["/s/agents/alice/claude", "/home/alice/.claude"],
      ["/s/agents/alice/state", "/agents/alice/state"],
      ["/s/agents/alice/config/proposed", "/agents/alice/config"],
    ]);
    expect(has(argv, "--ro-bind", "/r/agents/alice", "/run/hive")).toBe(true);
  });

  test("bind programs at fixed places, a script with what lies beside it", () => {
    expect(has(argv, "--ro-bind", "/x/hive-ag3nt", "/run/hive-bin/hive-ag3nt")).toBe(true);
    expect(has(argv, "--ro-bind", "/x/claude", "/run/hive-bin/claude.d")).toBe(true);
  });

  test("cover private places after what they lie beneath, and /proc/sys after /proc", () => {
    const at = (...words: string[]): number =>
      argv.findIndex((_, n) => words.every((w, k) => argv[n + k] === w));
    expect(at("--tmpfs", "/usr/hive")).toBeGreaterThan(at("--ro-bind", "/usr", "/usr"));
    expect(at("--ro-bind", "/proc/sys", "/proc/sys")).toBeGreaterThan(at("--proc", "/proc"));
    expect(at("--tmpfs", "/proc/acpi")).toBeGreaterThan(at("--proc", "/proc"));
    expect(at("--ro-bind", "/dev/null", "/proc/kcore")).toBeGreaterThan(at("--proc", "/proc"));
    expect(at("--remount-ro", "/")).toBeGreaterThan(at("--ro-bind", "/r/agents/alice", "/run/hive"));
  });

  test("end with the command, after which nothing is an option", () => {
    expect(argv.slice(argv.indexOf("--"))).toEqual(["--", "/run/hive-bin/hive-ag3nt", "serve"]);
    expect(argv).not.toContain("--setenv");
  });
});
