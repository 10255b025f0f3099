// Debian's real nix on the test's host: offline, single-user, with a stub of hyperhive's flake in place of nixpkgs.
// `nixBed` is nix alone, in a root of its own, for what needs no booted host.
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { baseRoot } from "./base-root.ts";

/** Where the host has the stub. */
export const HYPERHIVE_FLAKE = "/etc/hyperhive-flake";

const FILES = join(import.meta.dirname, "files");
const MAKE_SYSTEM = "usr/local/lib/nixos-host/make-system";

export function installNix(root: string): void {
  const place = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  for (const directory of [
    "store",
    "var/nix/profiles",
    "var/nix/gcroots",
    "var/nix/db",
    "var/nix/daemon-socket",
  ])
    mkdirSync(join(root, "nix", directory), { recursive: true });
  copyFileSync(join(FILES, "nix.conf"), place("etc/nix/nix.conf"));
  copyFileSync(join(FILES, "make-system"), place(MAKE_SYSTEM));
  chmodSync(join(root, MAKE_SYSTEM), 0o755);
  cpSync(join(FILES, "flake"), join(root, HYPERHIVE_FLAKE), { recursive: true });
  const system = process.arch === "arm64" ? "aarch64-linux" : "x86_64-linux";
  writeFileSync(place(`${HYPERHIVE_FLAKE}/system.nix`), `"${system}"\n`);
}

export interface NixBed extends Disposable {
  /** The program: it runs in the root, and sees `dir` at the same path. */
  readonly nix: string;
  /** For whatever is to be built. */
  readonly dir: string;
  /** A path of the root, for us. */
  inside(path: string): string;
}

/** Where `machineReason()` and `ensureBaseRoot()` have no reason. */
export function nixBed(): NixBed {
  const base = mkdtempSync(join(tmpdir(), "hive-nix-"));
  const [root, dir] = [join(base, "root"), join(base, "dir")];
  for (const part of ["upper", "work", "root", "dir"]) mkdirSync(join(base, part));
  const layers = `lowerdir=${baseRoot()},upperdir=${join(base, "upper")},workdir=${join(base, "work")}`;
  const mounts = [
    ["-t", "overlay", "overlay", "-o", layers, root],
    ["-t", "proc", "proc", join(root, "proc")],
    ["--bind", "/dev", join(root, "dev")],
    ["--bind", dir, join(root, dir)],
  ];
  const bed: NixBed = {
    nix: join(base, "nix"),
    dir,
    inside: (path) => join(root, path),
    [Symbol.dispose]: () => {
      for (const mount of mounts.toReversed()) Bun.spawnSync(["umount", "--lazy", mount.at(-1) ?? ""]);
      rmSync(base, { recursive: true, force: true });
    },
  };
  try {
    for (const mount of mounts) {
      mkdirSync(mount.at(-1) ?? "", { recursive: true });
      const { exitCode, stderr } = Bun.spawnSync(["mount", ...mount], { stderr: "pipe" });
      if (exitCode !== 0) throw new Error(`mount ${mount.join(" ")}: ${stderr.toString().trim()}`);
    }
    installNix(root);
    writeFileSync(bed.nix, `#!/bin/sh\nexec chroot '${root}' nix "$@"\n`, { mode: 0o755 });
    return bed;
  } catch (error) {
    bed[Symbol.dispose]();
    throw error;
  }
}
