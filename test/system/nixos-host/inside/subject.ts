// nixos-container as the conformance suite has it inside a host: with the places of a real one. Its systems are those
// of files/make-system, with the harness of the test's bed.
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { nixosContainerBackend } from "../../../../src/core/lifecycle/backends/nixos-container/nixos-container.ts";
import { Settings } from "../../../../src/core/settings.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import type { Subject } from "../../../conformance/cases.ts";

const { containers } = Settings.parse({ state_dir: "/var/lib/hyperhive", runtime_dir: "/run/hyperhive" });

const MAKE_SYSTEM = "/usr/local/lib/nixos-host/make-system";
const UNIT = `[Unit]
# The end of its harness is the end of this system: what a run's end is, is for the backend to tell.
SuccessAction=exit
FailureAction=exit

[Service]
# Not before the system is up: an end while it boots would be a start that failed.
Type=idle
ExecStart=
ExecStart=/etc/hyperhive/harness serve
Restart=no
`;

async function buildSystem(agent: string, profile: string): Promise<void> {
  const out = `/nix/store/conformance-${agent}`;
  if (!existsSync(out)) {
    const env = { ...process.env, out, build: "", agentJson: "{}", release: "" };
    const { exitCode, stderr } = Bun.spawnSync([MAKE_SYSTEM, agent, out], { env });
    if (exitCode !== 0) throw new Error(stderr.toString());
    const folder = `${out}/etc/systemd/system/hive-ag3nt.service.d`;
    mkdirSync(folder);
    writeFileSync(`${folder}/conformance.conf`, UNIT);
  }
  symlinkSync(out, `${profile}.new`);
  renameSync(`${profile}.new`, profile);
}

export const SUBJECT: Subject = {
  name: "nixos-container",
  make: () =>
    nixosContainerBackend({
      programs: containers.programs,
      dirs: containers,
      binds_ro: [],
      path: process.env["PATH"] ?? "",
      clock: systemClock,
      buildSystem,
      forgetSystem: async () => {},
    }),
  real: true,
};
