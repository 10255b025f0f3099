// Files under test/fixtures/nix/golden: what the modules made of the same input before. HIVE_UPDATE=1 writes them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.ts";

const GOLDEN = join(ROOT, "test/fixtures/nix/golden");

export interface Compared {
  readonly now: string;
  readonly before: string;
}

export function compareGolden(name: string, value: unknown): Compared {
  const path = join(GOLDEN, name);
  const now = timeless(typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`);
  if (process.env["HIVE_UPDATE"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, now);
  }
  return { now, before: existsSync(path) ? readFileSync(path, "utf8") : "" };
}

/** Hashes and versions of packages are nixpkgs's business. */
function timeless(text: string): string {
  return text
    .replace(/\/nix\/store\/[0-9a-z]{32}-/g, "/nix/store/")
    .replace(/(\/nix\/store\/[a-z][a-z0-9-]*?)-\d[0-9.a-z-]*(?=\/)/g, "$1");
}
