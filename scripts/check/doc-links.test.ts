import { describe, expect, test } from "bun:test";
import { docLinks, headings } from "./doc-links.ts";
import { fakeRepo } from "./repo.ts";

async function broken(text: string): Promise<string[]> {
  const repo = fakeRepo({
    "docs/guide.md": text,
    "docs/other.md": "# The other one\n## Twice\n## Twice\n",
    "src/wire/ids.ts":
      "export const Ulid = 1;\nexport type Party = string;\nexport const o = { field: 1 };\n",
  });
  const findings = await docLinks.run(repo);
  return findings.map(({ line, message }) => `${line} ${message}`);
}

describe("documents", () => {
  test("may point to what exists", async () => {
    const text = [
      "[a](other.md) [b](./other.md#twice-1) [c](../src/wire/ids.ts#Party) [d](#here) [dir](../src/wire/)",
      "`src/wire/ids.ts#Ulid` `src/wire/` `src/wire/ids.ts#field` [web](mailto:a@b.c) `dist/hivectl`",
      "## Here",
    ].join("\n");
    expect(await broken(text)).toEqual([]);
  });

  test.each([
    ["[a](missing.md)", '1 "docs/missing.md" does not exist'],
    ["x\n[a](other.md#nowhere)", '2 "docs/other.md" has no "nowhere"'],
    ["`src/wire/ids.ts#Gone`", '1 "src/wire/ids.ts" has no "Gone"'],
    ["`src/wire/gone.ts`", '1 "src/wire/gone.ts" does not exist'],
  ])("may not say %j", async (text, expected) => {
    expect(await broken(text)).toEqual([expected]);
  });

  test("may show anything in fenced code", async () => {
    expect(await broken("```sh\ncat `src/gone.ts` [a](gone.md)\n```\n")).toEqual([]);
  });

  test("have anchors as forges make them", () => {
    expect([...headings("# What it *is*, and `isn't`\n## A [link](x.md)!\n")]).toEqual([
      "what-it-is-and-isnt",
      "a-link",
    ]);
  });
});
