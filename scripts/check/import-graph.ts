/** Reads every import of the repository and holds it against the rules of imports.ts. */
import { dirname, join, normalize } from "node:path";
import { findCycles } from "./cycles.ts";
import { parseSource, walkTree } from "./parse.ts";
import { isSource, type Repo } from "./repo.ts";
import type { Finding } from "./rule.ts";

export interface ImportRule {
  /** Globs of the importing files. */
  readonly from: string;
  /** Nothing but these may be imported. */
  readonly only?: readonly string[];
  /** These may not be imported. */
  readonly never?: readonly string[];
  /** Importing files that are let off. */
  readonly except?: readonly string[];
  readonly because: string;
}

export interface ImportPolicy {
  readonly rules: readonly ImportRule[];
  readonly privateFiles: {
    readonly files: string;
    readonly except: readonly string[];
    readonly because: string;
  };
  readonly meantCircles: { readonly from: string; readonly to: string };
  readonly testsAlso: readonly string[];
  readonly bunGlobal: { readonly allowed: readonly string[]; readonly because: string };
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

export function checkImports(repo: Repo, policy: ImportPolicy): Finding[] {
  const edges = importEdges(repo);
  return [
    ...edges.flatMap((edge) => brokenRules(edge, policy)),
    ...edges.flatMap((edge) => brokenPrivacy(edge, policy)),
    ...bunGlobals(repo, policy),
    ...findCycles(edges.filter((edge) => !isMeant(edge, policy))).map((cycle) => ({
      path: cycle[0] ?? "",
      message: `imports itself: ${[...cycle, cycle[0]].join(" → ")}`,
    })),
  ];
}

export function importEdges(repo: Repo): Edge[] {
  return repo.files.filter(isSource).flatMap((path) =>
    parseSource(path, repo.read(path)).imports.map(({ specifier, line }) => ({
      from: path,
      to: resolveTarget(path, specifier),
      line,
    })),
  );
}

/** `./x.ts` becomes a path of the repository, `zod` becomes `npm:zod`. */
export function resolveTarget(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  if (/^(node|bun|npm|jsr|data):/.test(specifier)) return specifier;
  return `npm:${specifier}`;
}

const globs = new Map<string, Bun.Glob>();

export function matches(path: string, patterns: string | readonly string[]): boolean {
  return [patterns].flat().some((pattern) => {
    const glob = globs.get(pattern) ?? new Bun.Glob(pattern);
    globs.set(pattern, glob);
    return glob.match(path);
  });
}

const isUnitTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

function brokenRules(edge: Edge, policy: ImportPolicy): Finding[] {
  const also = isUnitTest(edge.from) ? policy.testsAlso : [];
  return policy.rules
    .filter((rule) => matches(edge.from, rule.from) && !matches(edge.from, rule.except ?? []))
    .filter((rule) => {
      if (matches(edge.to, rule.never ?? [])) return true;
      return rule.only !== undefined && !matches(edge.to, rule.only) && !matches(edge.to, also);
    })
    .map((rule) => refuse(edge, rule.because));
}

function brokenPrivacy(edge: Edge, { privateFiles }: ImportPolicy): Finding[] {
  if (!matches(edge.to, privateFiles.files) || matches(edge.from, privateFiles.except)) return [];
  const owner = edge.to.split("/").slice(0, 3).join("/");
  return edge.from.startsWith(`${owner}/`) ? [] : [refuse(edge, privateFiles.because)];
}

function isMeant(edge: Edge, { meantCircles }: ImportPolicy): boolean {
  return matches(edge.from, meantCircles.from) && matches(edge.to, meantCircles.to);
}

function refuse(edge: Edge, because: string): Finding {
  return { path: edge.from, line: edge.line, message: `may not import "${edge.to}": ${because}` };
}

function bunGlobals(repo: Repo, { bunGlobal }: ImportPolicy): Finding[] {
  const found: Finding[] = [];
  for (const path of repo.files) {
    if (!isSource(path) || matches(path, bunGlobal.allowed)) continue;
    const source = parseSource(path, repo.read(path));
    walkTree(source.program, (node, ancestors) => {
      if (node.type !== "Identifier" || node.name !== "Bun") return;
      const parent = ancestors.at(-1);
      const isKey = parent?.property === node || parent?.key === node;
      if (isKey && parent.computed !== true) return;
      found.push({
        path,
        line: source.lineAt(node.start),
        message: `may not use "Bun": ${bunGlobal.because}`,
      });
    });
  }
  return found;
}
