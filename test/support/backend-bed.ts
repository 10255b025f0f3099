/** Directories and a harness of a few shell lines, for tests of real backends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StartSpec } from "../../src/core/lifecycle/backend.ts";
import { tailHarnessLog } from "../../src/core/lifecycle/harness-log.ts";
import { type AgentPlace, agentPlace, makePlace } from "../../src/core/lifecycle/place.ts";

export interface BackendBed extends Disposable {
  /** State root; the operator's secrets lie beside the agents'. */
  readonly dir: string;
  place(name: string): AgentPlace;
  /** A start of `name` whose harness runs these shell lines. */
  spec(name: string, script: string): StartSpec;
  lines(name: string): string[];
}

export function backendBed(): BackendBed {
  const dir = mkdtempSync(join(tmpdir(), "hive-backend-"));
  const runtimeDir = join(dir, "run");
  mkdirSync(runtimeDir);
  const place = (name: string): AgentPlace => {
    const made = agentPlace({ stateDir: dir, runtimeDir }, name);
    makePlace(made);
    return made;
  };
  return {
    dir,
    place,
    spec: (name, script) => {
      // A container of its own system sees it there, too: as /etc/hyperhive/harness.
      const harness = join(place(name).deployed, "harness");
      writeFileSync(harness, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const owner = crypto.randomUUID();
      return { place: place(name), owner, harness, claude: "/bin/true", env: { GIVEN: "yes" }, limits: {} };
    },
    lines: (name) => tailHarnessLog(place(name).log, 1_000),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
