/** Whoever switches off a rule, a type error or a test says why, at that place. */
import { type Node, parseSource, type Source, walkTree } from "./parse.ts";
import { isSource } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";

export const suppressions = rule({
  name: "suppressions",
  summary: "every biome-ignore, ts-expect-error and skipped test has its reason",
  run: (repo) => repo.files.filter(isSource).flatMap((path) => checkSuppressions(path, repo.read(path))),
});

const MIN_REASON = 8;
const PLACEHOLDER = /^<?(explanation|reason|todo|fixme)>?\.?$/i;

export function checkSuppressions(path: string, text: string): Finding[] {
  const source = parseSource(path, text);
  const inComments = source.comments.flatMap((comment) => {
    const complaint = complain(comment.value.replace(/^[\s*]+/, "").trim());
    return complaint === undefined ? [] : [{ path, line: source.lineAt(comment.start), message: complaint }];
  });
  return [...inComments, ...(/\.test\.tsx?$/.test(path) ? skippedTests(path, source) : [])];
}

function complain(comment: string): string | undefined {
  if (/^@ts-(ignore|nocheck)/.test(comment)) return "use @ts-expect-error with a reason";
  if (/^(eslint-disable|prettier-ignore)/.test(comment)) return "names a tool that is not used here";
  const expected = /^@ts-expect-error\b[\s:–-]*(.*)/s.exec(comment);
  if (expected !== null && !isReason(expected[1])) return "@ts-expect-error without a reason";
  const ignored =
    /^biome-ignore[\w-]*\s+[^:]+:?(.*)/s.exec(comment) ?? /^deno-lint-ignore[\w-]*()/.exec(comment);
  if (ignored !== null && !isReason(ignored[1])) return "suppression without a reason";
  return undefined;
}

function isReason(text = ""): boolean {
  const reason = text.trim();
  return reason.length >= MIN_REASON && !PLACEHOLDER.test(reason);
}

function skippedTests(path: string, source: Source): Finding[] {
  const found: Finding[] = [];
  walkTree(source.program, (node) => {
    const verb = testVerb(node);
    if (verb === undefined) return;
    const line = source.lineAt(node.start);
    if (verb === "only") found.push({ path, line, message: "`.only` leaves out every other test" });
    else if (!hasCommentNear(source, line))
      found.push({ path, line, message: `\`.${verb}\` needs a comment saying why` });
  });
  return found;
}

const VERBS = new Set(["skip", "todo", "only", "skipIf", "todoIf", "failing", "if"]);

/** The `skip` of `test.skip`, `describe.skip` … */
function testVerb(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const object = node.object as Partial<Node> | undefined;
  const property = node.property as Partial<Node> | undefined;
  if (!["test", "it", "describe"].includes(String(object?.name))) return undefined;
  const verb = String(property?.name);
  return VERBS.has(verb) ? verb : undefined;
}

function hasCommentNear(source: Source, line: number): boolean {
  return source.comments.some((comment) => {
    const ends = source.lineAt(comment.end);
    return (ends === line || ends === line - 1) && isReason(comment.value);
  });
}
