/** What a build depends on: the sources' content, the version, the git revision. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

export interface Defines {
  readonly version: string;
  readonly revision: string;
}

const SOURCES = "{src,harness}/**/*";
const ALSO = [
  "assets/*.{md,json}",
  "package.json",
  "bun.lock",
  "tsconfig.json",
  "scripts/build.ts",
  "scripts/lib/build-*.ts",
];

export function readDefines(): Defines {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return { version, revision: process.env.HYPERHIVE_REVISION || gitRevision() };
}

function gitRevision(): string {
  const head = git("rev-parse", "--short=12", "HEAD");
  if (head === undefined) return "unknown";
  return git("status", "--porcelain") === "" ? head : `${head}-dirty`;
}

function git(...args: string[]): string | undefined {
  const result = Bun.spawnSync(["git", ...args], { cwd: ROOT, stderr: "ignore" });
  return result.success ? result.stdout.toString().trim() : undefined;
}

/** One hash over everything that changes the executables. */
export function hashInputs(defines: Defines): string {
  const hash = createHash("sha256").update(JSON.stringify([Bun.version, Bun.revision, defines]));
  for (const path of sourceFiles()) hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
}

function sourceFiles(): string[] {
  const found = [SOURCES, ...ALSO].flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })]);
  return found.filter((path) => !/\.test\.tsx?$/.test(path)).sort();
}
