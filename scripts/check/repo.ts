/** The files a rule looks at: those git tracks or would track, read once. In tests: a few strings. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Repo {
  readonly root: string;
  /** Relative paths, sorted. */
  readonly files: readonly string[];
  readonly read: (path: string) => string;
}

export function openRepo(root: string): Repo {
  const cache = new Map<string, string>();
  const read = (path: string): string => {
    const known = cache.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(join(root, path), "utf8");
    cache.set(path, text);
    return text;
  };
  return { root, files: listFiles(root), read };
}

/** A repository made of strings, for the rules' own tests. */
export function fakeRepo(files: Readonly<Record<string, string>>): Repo {
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`no file "${path}" in the fake repository`);
    return text;
  };
  return { root: "/nowhere", files: Object.keys(files).sort(), read };
}

function listFiles(root: string): string[] {
  const git = Bun.spawnSync(["git", "ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
    stderr: "ignore",
  });
  const listed = git.success ? git.stdout.toString().split("\0").filter(Boolean) : walk(root);
  return listed.filter((path) => existsSync(join(root, path))).sort();
}

/** For a tree without git, such as an unpacked archive. */
function walk(root: string): string[] {
  const skipped = /(^|\/)(node_modules|dist|\.tools|\.git|coverage)(\/|$)/;
  const all = new Bun.Glob("**/*").scanSync({ cwd: root, dot: true, onlyFiles: true });
  return [...all].filter((path) => !skipped.test(path));
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.startsWith("test/");

export const isSource = (path: string): boolean =>
  /\.tsx?$/.test(path) && !path.endsWith(".d.ts") && !/\.gen\./.test(path) && !/(^|\/)fixtures\//.test(path);
