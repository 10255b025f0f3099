/** What every generator does with its text: write it, or with `--check` say that the committed one differs. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../lib/paths.ts";

export interface Generated {
  /** Below the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly generator: string;
}

export function checkOrWrite({ path, text, generator }: Generated): void {
  const file = join(ROOT, path);
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
    return;
  }
  if (read(file) === text) return;
  console.error(`${path} is not what the sources say now; run: bun ${generator}`);
  process.exitCode = 1;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
