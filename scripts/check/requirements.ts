/** Every guarantee of test/requirements.ts is proved by a test that names it in its title, and no test names another. */
import { parseSource, walkTree } from "./parse.ts";
import type { Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";

const LIST = "test/requirements.ts";
const ID = /^[a-z][a-z0-9]*:[a-z][a-z0-9-]*$/;
/** `[msg:no-loss]` or `[req msg:no-loss turn:single-flight]` in a title. */
const TAG = /\[(?:req\s+)?([a-z][a-z0-9]*:[a-z0-9-]+(?:[\s,]+[a-z][a-z0-9]*:[a-z0-9-]+)*)\]/g;

export const requirements = rule({
  name: "requirements",
  summary: `the ids of ${LIST} and the titles of tests agree`,
  run(repo) {
    if (!repo.files.includes(LIST)) return [];
    const promised = strings(LIST, repo.read(LIST)).filter(({ text }) => ID.test(text));
    const proved = taggedTests(repo);
    const known = new Set(promised.map(({ text }) => text));
    const tested = new Set(proved.map(({ id }) => id));
    return [
      ...promised
        .filter(({ text }) => !tested.has(text))
        .map(({ text, line }) => ({ path: LIST, line, message: `no test's title says "[${text}]"` })),
      ...proved
        .filter(({ id }) => !known.has(id))
        .map(({ id, path, line }): Finding => ({ path, line, message: `"${id}" is not in ${LIST}` })),
    ];
  },
});

function taggedTests(repo: Repo): { id: string; path: string; line: number }[] {
  const files = repo.files.filter((path) => /\.test\.tsx?$/.test(path) && !path.startsWith("scripts/check/"));
  return files.flatMap((path) =>
    strings(path, repo.read(path)).flatMap(({ text, line }) =>
      [...text.matchAll(TAG)].flatMap((hit) =>
        (hit[1] ?? "").split(/[\s,]+/).map((id) => ({ id, path, line })),
      ),
    ),
  );
}

/** Literals, property names and the fixed parts of templates. */
function strings(path: string, code: string): { text: string; line: number }[] {
  const source = parseSource(path, code);
  const found = new Map<number, { text: string; line: number }>();
  walkTree(source.program, (node) => {
    const raw = node.type === "TemplateElement" ? (node.value as { cooked?: unknown }).cooked : node.value;
    if (typeof raw === "string") found.set(node.start, { text: raw, line: source.lineAt(node.start) });
  });
  return [...found.values()];
}
