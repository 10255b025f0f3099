/** What the documents point to exists: relative links with their anchors, and `path#symbol` references. */
import { posix } from "node:path";
import { parseSource, walkTree } from "./parse.ts";
import type { Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";

export const docLinks = rule({
  name: "doc-links",
  summary: "links and `path#symbol` references in *.md resolve",
  run: (repo) =>
    repo.files
      .filter((path) => path.endsWith(".md") && !/(^|\/)fixtures\//.test(path))
      .flatMap((path) => checkDocument(repo, path)),
});

/** A backticked path below one of these is a claim that it exists. */
const OURS = /^(?:src|harness|scripts|test|docs|nix|\.ci)\/[\w./@-]*(?:#[\w.-]+)?$/;

export function checkDocument(repo: Repo, path: string): Finding[] {
  const dirs = directories(repo);
  return proseLines(repo.read(path)).flatMap(([line, content]) => {
    const links = [...content.replace(/`[^`]*`/g, "").matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(
      (hit) => hit[1] ?? "",
    );
    const references = [...content.matchAll(/`([^`\s]+)`/g)]
      .map((hit) => hit[1] ?? "")
      .filter((text) => OURS.test(text));
    const targets = [
      ...links.filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link)).map((link) => fromDocument(path, link)),
      ...references,
    ];
    return targets.flatMap((target) => {
      const problem = broken(repo, dirs, target);
      return problem === undefined ? [] : [{ path, line, message: problem }];
    });
  });
}

function fromDocument(path: string, link: string): string {
  const [file = "", anchor] = decodeURI(link).split("#");
  const full = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
  return anchor === undefined ? full : `${full}#${anchor}`;
}

function broken(repo: Repo, dirs: ReadonlySet<string>, target: string): string | undefined {
  const [file = "", anchor] = target.split("#");
  const plain = file.replace(/\/$/, "");
  if (!repo.files.includes(plain))
    return dirs.has(plain) && anchor === undefined ? undefined : `"${file}" does not exist`;
  if (anchor === undefined) return undefined;
  const names = file.endsWith(".md") ? headings(repo.read(file)) : declarations(file, repo.read(file));
  return names.has(anchor) ? undefined : `"${file}" has no "${anchor}"`;
}

function directories(repo: Repo): Set<string> {
  const dirs = new Set<string>(["."]);
  for (const path of repo.files)
    for (let dir = posix.dirname(path); dir !== "."; dir = posix.dirname(dir)) dirs.add(dir);
  return dirs;
}

/** Lines outside fenced code, with their numbers. */
function proseLines(text: string): [number, string][] {
  let fenced = false;
  const lines: [number, string][] = [];
  for (const [index, content] of text.split("\n").entries()) {
    const fence = /^\s*(```|~~~)/.test(content);
    if (fence) fenced = !fenced;
    else if (!fenced) lines.push([index + 1, content]);
  }
  return lines;
}

/** Anchors as forges make them: lower case, punctuation dropped, spaces to dashes, repeats numbered. */
export function headings(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set([...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map((hit) => hit[1] ?? ""));
  for (const [, content] of proseLines(text)) {
    const title = /^#{1,6}\s+(.*?)\s*#*$/.exec(content)?.[1];
    if (title === undefined) continue;
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** Names that a source file declares; of other files, every word. */
function declarations(path: string, text: string): Set<string> {
  if (!/\.tsx?$/.test(path)) return new Set(text.match(/[\w.-]+/g) ?? []);
  const names = new Set<string>();
  walkTree(parseSource(path, text).program, (node) => {
    for (const candidate of [node.id, node.key]) {
      if (typeof candidate === "object" && candidate !== null && "name" in candidate)
        names.add(String(candidate.name));
    }
  });
  return names;
}
