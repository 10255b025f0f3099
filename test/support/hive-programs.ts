// Which executables a test hive runs: those of dist/, or small scripts that run the sources (HIVE_TEST_FROM_SOURCE=1),
// for quick tries while working on them. HIVE_TEST_DIST names another folder of executables.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledClaude } from "../../scripts/lib/find-claude.ts";
import { DIST, ROOT } from "../../scripts/lib/paths.ts";

export interface HivePrograms {
  readonly core: string;
  readonly harness: string;
  readonly hivectl: string;
}

let claude: string | undefined;

/** The real claude that came with the packages. */
export function claudePath(): string {
  claude ??= bundledClaude(ROOT);
  if (claude === undefined) throw new Error("no claude in node_modules: run scripts/test, which installs it");
  return claude;
}

/** `scratch` takes the scripts when the sources are run. */
export function hivePrograms(scratch: string): HivePrograms {
  if (process.env["HIVE_TEST_FROM_SOURCE"] === "1") return fromSource(scratch);
  const dist = process.env["HIVE_TEST_DIST"] ?? DIST;
  const programs = {
    core: join(dist, "hive-c0re"),
    harness: join(dist, "hive-ag3nt"),
    hivectl: join(dist, "hivectl"),
  };
  for (const path of Object.values(programs)) {
    if (!existsSync(path)) throw new Error(`"${path}" is missing: run scripts/build first`);
  }
  return programs;
}

function fromSource(scratch: string): HivePrograms {
  mkdirSync(scratch, { recursive: true });
  const script = (name: string, entry: string): string => {
    const path = join(scratch, name);
    const words = [process.execPath, join(ROOT, entry), name].map((word) => `'${word}'`).join(" ");
    writeFileSync(path, `#!/bin/sh\nexec ${words} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  return {
    core: script("hive-c0re", "src/main.ts"),
    harness: script("hive-ag3nt", "harness/main.ts"),
    hivectl: script("hivectl", "src/main.ts"),
  };
}
