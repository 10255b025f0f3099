// Trouble with a program the daemon calls: it fails with a line, or waits, as long as a test wants it to.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Machine } from "./machine.ts";

export interface Trouble {
  /** Writes this to stderr and exits 1, from now on. */
  fails(program: string, line: string): void;
  waits(program: string): void;
  ends(): void;
}

const PROGRAMS = ["nix", "systemctl"];
const DIR = "/usr/local/lib/trouble";
const TOLD = "/run/trouble";
const PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

const WRAPPER = `#!/bin/sh
name=$(basename "$0")
# What is locked was right before; the trouble is to come with the build.
case "$name $1" in "nix flake") PATH=${PATH} exec "$name" "$@" ;; esac
while [ -e ${TOLD}/wait-$name ]; do sleep 0.05; done
[ ! -e ${TOLD}/fail-$name ] || { cat ${TOLD}/fail-$name >&2; exit 1; }
PATH=${PATH} exec "$name" "$@"
`;

/** Restarts the daemon, which finds these programs first from then on. */
export function makeTrouble(machine: Machine): Trouble {
  const unit = "/etc/systemd/system/hive-c0re.service.d";
  for (const path of [DIR, TOLD, unit]) mkdirSync(machine.inside(path), { recursive: true });
  for (const name of PROGRAMS) writeFileSync(machine.inside(`${DIR}/${name}`), WRAPPER, { mode: 0o755 });
  const setting = `[Service]\nEnvironment=PATH=${DIR}:${PATH}\n`;
  writeFileSync(machine.inside(`${unit}/trouble.conf`), setting);
  machine.must("systemctl", "daemon-reload");
  machine.must("systemctl", "restart", "hive-c0re");
  const tell = (what: string, text: string): void =>
    writeFileSync(machine.inside(`${TOLD}/${what}`), `${text}\n`);
  return {
    fails: (program, line) => tell(`fail-${program}`, line),
    waits: (program) => tell(`wait-${program}`, ""),
    ends: () => {
      for (const name of PROGRAMS)
        for (const what of ["fail", "wait"])
          rmSync(machine.inside(`${TOLD}/${what}-${name}`), { force: true });
    },
  };
}
