// What axe-core finds wrong with a page for people who do not see it, or do not use a mouse.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A line for each element that breaks a rule; none is the aim. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page's own content policy stays as it is.
  await page.evaluate(source);
  const results = (await page.evaluate("axe.run()")) as AxeResults;
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}
