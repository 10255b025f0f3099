import { describe, expect, test } from "bun:test";
import { patchLines } from "./unified-diff.ts";

const DIFF = `diff --git a/agent.json b/agent.json
index 1..2 100644
--- a/agent.json
+++ b/agent.json
@@ -1,3 +1,3 @@
 {
--- "a rule"
+++ "another"
 }
diff --git a/x b/x
deleted file mode 100644
--- a/x
+++ /dev/null
@@ -1 +0,0 @@
-gone
\\ No newline at end of file
`;

describe("lines of a unified diff", () => {
  test("have the signs of what they change, headings have their own", () => {
    expect(
      patchLines(DIFF)
        .map(({ sign }) => sign)
        .join(""),
    ).toBe("@@@@@ -+ @@@@@-@");
    expect(patchLines(DIFF)[6]).toEqual({ sign: "-", text: '-- "a rule"' });
  });

  test("are all there", () => {
    const text = patchLines(DIFF).map(({ sign, text: rest }) => (sign === "@" ? rest : sign + rest));
    expect(`${text.join("\n")}\n`).toBe(DIFF);
  });
});
