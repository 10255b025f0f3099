/** Functions, files, parameters and nesting stay small. Hard limits fail; soft ones are shown by --verbose. */
import { isNode, type Node, parseSource, walkTree } from "./parse.ts";
import { isSource } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";

export const LIMITS = {
  functionLines: { soft: 40, hard: 80 },
  fileLines: { soft: 250, hard: 400 },
  parameters: 3,
  nesting: 3,
} as const;

export const sizes = rule({
  name: "sizes",
  summary: `functions to ${LIMITS.functionLines.hard} lines, files to ${LIMITS.fileLines.hard}`,
  run: (repo) => repo.files.filter(isSource).flatMap((path) => measure(path, repo.read(path))),
});

export function measure(path: string, text: string): Finding[] {
  const source = parseSource(path, text);
  if (source.errors.length > 0) return [{ path, message: `does not parse: ${source.errors[0]}` }];
  const found: Finding[] = [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const add = (line: number, message: string, soft: boolean): void => {
    found.push({ path, line, message, soft });
  };
  over(lines, LIMITS.fileLines, (limit, soft) => add(1, `${lines} lines; a file has at most ${limit}`, soft));
  walkTree(source.program, (node, ancestors) => {
    if (!isFunction(node)) return;
    const line = source.lineAt(node.start);
    const name = nameOf(node, ancestors);
    const length = source.lineAt(node.end) - line + 1;
    const suite =
      ancestors.at(-1)?.type === "CallExpression" && /^describe\b/.test(calleeOf(ancestors.at(-1)));
    if (!suite)
      over(length, LIMITS.functionLines, (limit, soft) =>
        add(line, `${name} has ${length} lines; a function has at most ${limit}`, soft),
      );
    const params = Array.isArray(node.params) ? node.params.length : 0;
    if (params > LIMITS.parameters)
      add(line, `${name} takes ${params} parameters; pass an options object`, true);
    const depth = nestingOf(node);
    if (depth > LIMITS.nesting) add(line, `${name} nests ${depth} deep; at most ${LIMITS.nesting}`, true);
  });
  return found;
}

interface Limit {
  readonly soft: number;
  readonly hard: number;
}

function over(value: number, limit: Limit, report: (limit: number, soft: boolean) => void): void {
  if (value > limit.hard) report(limit.hard, false);
  else if (value > limit.soft) report(limit.soft, true);
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type);

function nameOf(node: Node, ancestors: readonly Node[]): string {
  const parent = ancestors.at(-1);
  for (const candidate of [node.id, parent?.id, parent?.key]) {
    if (isNode(candidate) && typeof candidate.name === "string") return `"${candidate.name}"`;
  }
  const callee = calleeOf(parent);
  return callee === "" ? "a function" : `the function given to "${callee}"`;
}

function calleeOf(node: Node | undefined): string {
  const callee = node?.callee;
  if (!isNode(callee)) return "";
  if (typeof callee.name === "string") return callee.name;
  const { object, property } = callee;
  if (isNode(property) && typeof property.name === "string") {
    return isNode(object) && typeof object.name === "string"
      ? `${object.name}.${property.name}`
      : property.name;
  }
  return "";
}

const NESTING = new Set([
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "SwitchStatement",
  "TryStatement",
]);

/** `else if` is one level, not two; functions inside are measured for themselves. */
function nestingOf(fn: Node): number {
  const depthBelow = (value: unknown, depth: number): number => {
    if (Array.isArray(value)) return Math.max(depth, ...value.map((item) => depthBelow(item, depth)));
    if (!isNode(value) || isFunction(value)) return depth;
    const inside = NESTING.has(value.type) ? depth + 1 : depth;
    const children = Object.entries(value).map(([key, child]) => {
      const chained =
        value.type === "IfStatement" && key === "alternate" && isNode(child) && child.type === "IfStatement";
      return depthBelow(child, chained ? depth : inside);
    });
    return Math.max(inside, ...children);
  };
  return depthBelow(fn.body, 0);
}
