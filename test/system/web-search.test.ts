// Words that were said, thought or printed: found over all agents and in one transcript, and led to.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { openPage } from "../support/web-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

describe("a search over all", () => {
  test.each([1280, 390])("asks each running agent for its transcript, too (%i px)", async (width) => {
    await using bed = await openPage(browser, "#messages/?green", width);
    const { page, hive } = bed;
    const found = page.getByRole("region", { name: "in transcripts" });
    await page.goto(`${hive.url}/#messages/?no%20such%20city`);
    const hit = found.getByRole("link", { name: /alice/ }).first();
    await hit.waitFor();
    await found.locator("mark", { hasText: "no such city" }).first().waitFor();
    await found.getByText("no answer from dave").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await hit.click();
    await page.locator(".transcript .place:focus").waitFor();
    expect(page.url()).toMatch(/agent\/alice\/#e\d+$/);
    expect(bed.complaints).toEqual([]);
  });
});

describe("a search in one transcript", () => {
  test.each([1280, 390])("leads to a place far above, and back to the newest (%i px)", async (width) => {
    await using bed = await openPage(browser, "#swarm", width);
    const { page, hive } = bed;
    for (let i = 0; i < 700; i++) hive.emitJournal({ kind: "notice", level: "info", text: `line ${i}` });
    await page.goto(`${hive.url}/agent/alice/`);
    await page.getByText("line 699").waitFor();
    await page.getByRole("button", { name: "search", exact: true }).click();
    await page.getByLabel("words in the transcript").fill("LINE 42");
    const places = page.locator(".found-place");
    await places.nth(10).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await places.last().click();
    const place = page.locator(".place:focus");
    await place.getByText(/line 42$/).waitFor();
    const { y = -1 } = (await place.boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThan(800);
    hive.emitJournal({ kind: "notice", level: "info", text: "one more below" });
    await page.getByRole("button", { name: /jump to newest/ }).click();
    await page.getByText("one more below").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(bed.complaints).toEqual([]);
  });

  test("says when there is nothing", async () => {
    await using bed = await openPage(browser, "#swarm");
    const { page, hive } = bed;
    await page.goto(`${hive.url}/agent/alice/`);
    await page.getByRole("button", { name: "search", exact: true }).click();
    await page.getByLabel("words in the transcript").fill("qqzz");
    await page.getByText("nothing with exactly these words").waitFor();
  });
});
