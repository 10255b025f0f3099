/** The lockfile installs the same from any mirror: no addresses, a checksum each, exact versions. */
import { type Finding, rule } from "./rule.ts";

export const lockfile = rule({
  name: "lockfile",
  summary: "bun.lock holds no URL, package.json only exact versions",
  run: (repo) => [
    ...(repo.files.includes("bun.lock") ? checkLock(repo.read("bun.lock")) : []),
    ...(repo.files.includes("package.json") ? checkManifest(repo.read("package.json")) : []),
  ],
});

export function checkLock(text: string): Finding[] {
  return numbered(text).flatMap(([line, content]) => {
    if (/https?:\/\//.test(content))
      return [{ path: "bun.lock", line, message: "names a URL: install without --registry" }];
    const isPackage = /^ {4}"[^"]+": \["/.test(content);
    if (isPackage && !/"sha(256|512)-/.test(content))
      return [{ path: "bun.lock", line, message: "package without a checksum" }];
    return [];
  });
}

export function checkManifest(text: string): Finding[] {
  let block = "";
  return numbered(text).flatMap(([line, content]) => {
    block = /^ {2}"(\w+)": \{/.exec(content)?.[1] ?? block;
    if (!/ependencies$/.test(block)) return [];
    const [, name, version] = /^ {4}"([^"]+)": "([^"]+)"/.exec(content) ?? [];
    if (version === undefined || /^\d+\.\d+\.\d+/.test(version)) return [];
    return [{ path: "package.json", line, message: `"${name}" is "${version}": give an exact version` }];
  });
}

function numbered(text: string): [number, string][] {
  return text.split("\n").map((content, index) => [index + 1, content]);
}
