/** Which tests run together: units, then each folder of test/ by itself, with the patience it needs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

export interface Suite {
  readonly name: string;
  readonly files: readonly string[];
  /** For one test. */
  readonly timeoutSeconds: number;
  /** For the whole suite; then it is ended and counts as failed. */
  readonly boundMinutes: number;
}

type Patience = Pick<Suite, "timeoutSeconds" | "boundMinutes">;

const UNIT: Patience = { timeoutSeconds: 20, boundMinutes: 8 };
const OTHERWISE: Patience = { timeoutSeconds: 60, boundMinutes: 8 };
const PATIENCE: Readonly<Record<string, Patience>> = {
  conformance: { timeoutSeconds: 60, boundMinutes: 6 },
  golden: { timeoutSeconds: 30, boundMinutes: 4 },
  pins: { timeoutSeconds: 30, boundMinutes: 4 },
  flows: { timeoutSeconds: 120, boundMinutes: 10 },
  system: { timeoutSeconds: 180, boundMinutes: 10 },
  // Boots hosts, and kills what runs on them at every step.
  "system/nixos-host": { timeoutSeconds: 600, boundMinutes: 25 },
  faults: { timeoutSeconds: 600, boundMinutes: 12 },
};
/** Suites of their own within another's folder. */
const SUITES_WITHIN = ["system/nixos-host"];
/** Not suites of their own: what they share, and data. `support` has unit tests, which run with the units. */
const NOT_A_SUITE = new Set(["support", "fixtures"]);

export function findSuites(root: string = ROOT): Suite[] {
  const unit = ["src", "harness", "scripts", "test/support"].flatMap((folder) => testFiles(root, folder));
  const named = [...testFolders(root), ...SUITES_WITHIN]
    .filter((name) => !NOT_A_SUITE.has(name))
    .map((name) => ({ name, files: ownFiles(root, name), ...(PATIENCE[name] ?? OTHERWISE) }))
    .sort((a, b) => a.boundMinutes - b.boundMinutes || a.name.localeCompare(b.name));
  return [{ name: "unit", files: unit, ...UNIT }, ...named].filter(({ files }) => files.length > 0);
}

function ownFiles(root: string, name: string): string[] {
  const within = SUITES_WITHIN.filter((one) => one.startsWith(`${name}/`));
  return testFiles(root, `test/${name}`).filter(
    (path) => !within.some((one) => path.startsWith(`test/${one}/`)),
  );
}

function testFolders(root: string): string[] {
  try {
    const entries = readdirSync(join(root, "test"), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function testFiles(root: string, folder: string): string[] {
  try {
    const found = new Bun.Glob("**/*.test.{ts,tsx}").scanSync({ cwd: join(root, folder) });
    return [...found].map((path) => `${folder}/${path}`).sort();
  } catch {
    return [];
  }
}
