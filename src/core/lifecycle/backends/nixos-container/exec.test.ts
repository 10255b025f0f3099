import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type BackendBed, backendBed } from "../../../../../test/support/backend-bed.ts";
import { type ContainerHost, containerHost } from "../../../../../test/support/container-host.ts";
import { systemClock } from "../../../../lib/clock.ts";
import { execAsAgent } from "./exec.ts";
import { AGENT_UID } from "./inside.ts";

interface Parts {
  readonly host: ContainerHost;
  readonly bed: BackendBed;
  /** Its container is. */
  readonly up: boolean;
}

/** The words that systemd-run was given, or what else it says in the host's place. */
async function said({ host, bed, up }: Parts, ...argv: string[]): Promise<string[]> {
  const context = { programs: host.programs, path: process.env["PATH"] ?? "", clock: systemClock };
  const how = { timeoutMs: 5_000 };
  const { stdout } = await execAsAgent(context, { spec: bed.spec("alice", ""), argv, how, up });
  return stdout.trimEnd().split("\n");
}

describe("a command as an agent", () => {
  test("runs in its container, as its user, in its state, with its environment", async () => {
    using host = containerHost();
    using bed = backendBed();
    const words = await said({ host, bed, up: true }, "echo", "a b");
    expect(words).toContain("--machine=h-alice");
    expect(words).toContain(`--uid=${AGENT_UID}`);
    expect(words).toContain("--working-directory=/agents/alice/state");
    // Its value may be a key: systemd-run takes it from its own environment.
    expect(words).toContain("--setenv=GIVEN");
    expect(words).toContain("--property=RuntimeMaxSec=6s");
    expect(words.slice(-3)).toEqual(["--", "echo", "a b"]);
  });

  test("runs without its container when that is down: its configuration is all there is", async () => {
    using host = containerHost();
    using bed = backendBed();
    const words = await said({ host, bed, up: false }, "echo", "a b");
    expect(words.filter((word) => /machine|uid=0|BindPaths/.test(word))).toEqual([
      `--property=BindPaths=${bed.place("alice").proposed}:/agents/alice/config`,
    ]);
    for (const alone of ["PrivateNetwork=yes", "PrivatePIDs=yes", "TemporaryFileSystem=/:ro"])
      expect(words).toContain(`--property=${alone}`);
    expect(words.at(words.indexOf("--") + 1)).toBe("setpriv");
    expect(words).toContain(`--reuid=${AGENT_UID}`);
    expect(words.slice(-3)).toEqual(["--", "echo", "a b"]);
  });

  test("waits for a container that has just started and cannot be reached yet", async () => {
    using host = containerHost();
    using bed = backendBed();
    const asked = join(bed.dir, "asked");
    const refusal = "Failed to start transient service unit: Transport endpoint is not connected";
    const first = `touch ${asked}; echo "${refusal}" >&2; exit 1`;
    writeFileSync(host.programs.systemd_run, `#!/bin/sh\n[ -e ${asked} ] || { ${first}; }\necho reached\n`);
    expect(await said({ host, bed, up: true }, "true")).toEqual(["reached"]);
    expect(existsSync(asked)).toBe(true);
  });

  test("field notes: systemd service PATH ≠ host PATH: it finds what its container's system has", async () => {
    using host = containerHost();
    using bed = backendBed();
    const words = await said({ host, bed, up: true }, "git");
    const search = words.find((word) => word.startsWith("--property=ExecSearchPath="))?.split(/[= ]/);
    // Not a `path` of a NixOS service, which appends /bin to each.
    expect(search).toContain("/run/wrappers/bin");
    expect(search).toContain("/run/current-system/sw/bin");
  });
});
