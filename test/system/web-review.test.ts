// A change that waits for a decision: read in one column or two, commented on by line, decided once.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { changeRequest } from "../support/web-change.ts";
import { openPage } from "../support/web-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

async function openChange(width?: number) {
  const bed = await openPage(browser, "#inbox", width);
  bed.hive.emit({ type: "approval", approval: changeRequest(71n) });
  const card = bed.page.locator('[data-key="a71"]');
  await card.locator(".review").waitFor();
  return { ...bed, card, [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose]() };
}

describe("the change of a request", () => {
  test("is read in one column or two, in colours, and the choice is kept", async () => {
    await using bed = await openChange();
    const { page, card } = bed;
    expect(await card.locator(".file-name").allTextContents()).toEqual([
      "agent.json",
      "agent.nix",
      "NOTES.md",
    ]);
    expect(await card.locator(".add .t-key").first().textContent()).toBe('"model"');
    expect(await card.locator(".add .t-string").first().textContent()).toBe('"opus"');
    expect(await card.locator(".same .t-comment").textContent()).toBe("# what the work needs");
    const lines = await card.locator(".line .add, .line .del").allTextContents();
    expect(await violations(page)).toEqual([]);
    await card.getByRole("button", { name: "split" }).click();
    const left = await card.locator(".line-row", { hasText: '"sonnet"' }).locator(".line").allTextContents();
    expect(left.map((text) => text.trim())).toEqual(['2-   "model": "sonnet",', '2+   "model": "opus",']);
    const split = await card.locator(".line .add, .line .del").allTextContents();
    expect(split.toSorted()).toEqual(lines.toSorted());
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.locator('[data-key="a71"] .review.split').waitFor();
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(bed.complaints).toEqual([]);
  });

  test.each([1280, 390])("takes a comment on a line, which its agent gets (%i px)", async (width) => {
    await using bed = await openChange(width);
    const { page, card, hive } = bed;
    if (width === 390) await card.getByRole("button", { name: "comment on a line of agent.json" }).click();
    await card.getByRole("button", { name: "comment on agent.json:3", exact: true }).press("Enter");
    const field = card.getByLabel("comment on agent.json:3", { exact: true }).and(page.locator("textarea"));
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await field.fill("why so much effort?");
    expect(await violations(page)).toEqual([]);
    await field.press("Control+Enter");
    await page.getByText("alice gets your comment").waitFor();
    const said = hive.calls
      .filter(({ cmd }) => cmd === "send")
      .map(({ input }) => [input["to"], input["body"]]);
    expect(said).toEqual([
      [
        "alice",
        'Comment on your request #71, agent.json:3:\n\n    +   "effort": "high",\n\nwhy so much effort?',
      ],
    ]);
    const note = card.locator(".said-note", { hasText: "why so much effort?" });
    await note.locator(".ticks.queued").waitFor();
    expect(await field.count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.reload();
    await page.locator(".said-note", { hasText: "why so much effort?" }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(bed.complaints).toEqual([]);
  });

  test("keeps what was typed when it is closed by Escape, and takes a line that goes", async () => {
    await using bed = await openChange();
    const { card, hive } = bed;
    const name = "comment on agent.json:2 (before the change)";
    await card.getByRole("button", { name }).click();
    await card.locator(".comment-form textarea").fill("keep it");
    await card.locator(".comment-form textarea").press("Escape");
    await card.locator(".comment-form").waitFor({ state: "detached" });
    await card.getByRole("button", { name }).click();
    expect(await card.locator(".comment-form textarea").inputValue()).toBe("keep it");
    await card.getByRole("button", { name: "send to alice" }).click();
    await card.locator(".said-note", { hasText: "keep it" }).waitFor();
    const [sent] = hive.calls.filter(({ cmd }) => cmd === "send");
    expect(sent?.input["body"]).toContain('-   "model": "sonnet",');
  });

  test("shows every line of a file that is too long to be drawn line by line", async () => {
    await using bed = await openChange();
    const { page, hive } = bed;
    const lines = Array.from({ length: 30_000 }, (_, n) => `+line ${n} <img src=x onerror=window.pwned=1>`);
    const diff = ["diff --git a/x b/x", "--- /dev/null", "+++ b/x", "@@ -0,0 +1,30000 @@", ...lines, ""].join(
      "\n",
    );
    const began = performance.now();
    hive.emit({ type: "approval", approval: changeRequest(72n, diff) });
    const whole = page.locator('[data-key="a72"] .whole');
    await whole.waitFor();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await whole.textContent())?.split("\n").length).toBe(30_004);
    expect(await page.evaluate("window.pwned")).toBeUndefined();
  });

  test("is decided by whoever comes first, and another device sees by whom", async () => {
    await using first = await openChange();
    const { hive, card } = first;
    const second = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage();
    await second.goto(hive.loginUrl);
    await second.locator(".agents").waitFor();
    await second.goto(`${hive.url}/#inbox`);
    const theirs = second.locator('[data-key="a71"]');
    await theirs.getByLabel("note to the agent").fill("not yet");
    await card.getByRole("button", { name: "deny" }).click();
    await theirs.waitFor({ state: "detached" });
    await second.locator(".settled").getByText("denied by a browser (session …oard-1)").waitFor();
    expect(hive.calls.filter(({ cmd }) => cmd === "deny" || cmd === "approve").length).toBe(1);
    await second.context().close();
  });
});
