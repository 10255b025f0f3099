/**
 * A source file as a syntax tree, with its imports.
 * oxc-parser, because TypeScript 7's package has no stable parser to call and Bun's scanner drops type-only imports.
 */
import { type Comment, type Program, parseSync } from "oxc-parser";

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
}

export interface Source {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** `import`, `export … from`, `import()` of a literal, `import("…").Type`; type-only ones as well. */
  readonly imports: readonly ImportSite[];
  readonly errors: readonly string[];
  readonly lineAt: (offset: number) => number;
}

const cache = new Map<string, Source>();

export function parseSource(path: string, text: string): Source {
  const key = `${path}\0${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const parsed = parseSync(path, text, { sourceType: "module" });
  const lineAt = lineIndex(text);
  const source: Source = {
    program: parsed.program,
    comments: parsed.comments,
    errors: parsed.errors.map((error) => error.message),
    imports: [],
    lineAt,
  };
  const complete = { ...source, imports: importsOf(source) };
  cache.set(key, complete);
  return complete;
}

/** Every node below, with its ancestors (nearest last). */
export function walkTree(root: unknown, visit: (node: Node, ancestors: readonly Node[]) => void): void {
  const ancestors: Node[] = [];
  const step = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) step(item);
    } else if (isNode(value)) {
      visit(value, ancestors);
      ancestors.push(value);
      for (const child of Object.values(value)) step(child);
      ancestors.pop();
    }
  };
  step(root);
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value && "end" in value;
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function importsOf(source: Source): ImportSite[] {
  const found: ImportSite[] = [];
  walkTree(source.program, (node) => {
    if (!IMPORTING.has(node.type)) return;
    const from = node.source ?? node.argument;
    if (isNode(from) && typeof from.value === "string")
      found.push({ specifier: from.value, line: source.lineAt(node.start) });
  });
  return found;
}

function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
