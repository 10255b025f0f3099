/** What must not be written down: package registries' host names and absolute paths of one machine. */
import { homedir } from "node:os";
import type { Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";

const REGISTRY = /\b(?:registry|npm|jsr|pypi|crates|deb)\.(?:[a-z0-9-]+\.)*(?:org|com|io|dev|net)\b/i;

export const hosts = rule({
  name: "hosts",
  summary: "no registry host, no path of one machine",
  run: (repo) => {
    // "/root" is every root's home, and named in prose and tests on purpose.
    const here = [repo.root, homedir()].filter((path) => path.split("/").length > 2);
    return repo.files
      .filter((path) => !isBinary(path))
      .flatMap((path) => checkText(path, readText(repo, path), here));
  },
});

export function checkText(path: string, text: string, machinePaths: readonly string[]): Finding[] {
  return text.split("\n").flatMap((content, index) => {
    const at = { path, line: index + 1 };
    const found: Finding[] = [];
    const host = REGISTRY.exec(content);
    if (host !== null) found.push({ ...at, message: `names a package registry ("${host[0]}")` });
    for (const absolute of machinePaths)
      if (content.includes(absolute))
        found.push({ ...at, message: "names an absolute path of this machine" });
    return found;
  });
}

const isBinary = (path: string): boolean => /\.(png|jpe?g|webp|ico|woff2?|sqlite|zst|br|gz)$/.test(path);

function readText(repo: Repo, path: string): string {
  try {
    return repo.read(path);
  } catch {
    // A link to a directory, or a file that another process just removed.
    return "";
  }
}
