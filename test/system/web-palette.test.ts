// Going anywhere by a few letters, by keys, and by an address; at a desk and on a phone.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { openPage } from "../support/web-page.ts";
import { sceneId } from "../support/web-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

describe("the palette", () => {
  test.each([1280, 390])("leads to agents, tabs, what waits, and does things (%i px)", async (width) => {
    await using bed = await openPage(browser, "#swarm", width);
    const { page, hive } = bed;
    const palette = page.getByRole("dialog", { name: "go to or do" });
    const field = palette.getByRole("combobox");
    const chosen = palette.locator('[aria-selected="true"]');
    if (width === 390) await page.getByRole("button", { name: "find" }).click();
    else await page.keyboard.press("Control+k");
    await chosen.getByText("approve? destroy #40").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.keyboard.press("Enter");
    await page.locator('[data-place="a40"]:focus').waitFor();
    expect(page.url()).toEndWith("#inbox/a40");
    await page.keyboard.press("Control+k");
    await field.fill("paus al");
    await chosen.getByText("pause alice").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("alice begins no new turn").waitFor();
    expect(hive.calls.filter(({ cmd }) => cmd === "set_paused").map(({ input }) => input["name"])).toEqual([
      "alice",
    ]);
    await page.keyboard.press("Meta+k");
    await field.fill("bob");
    await chosen.locator(".what", { hasText: /^bob$/ }).waitFor();
    await chosen.click();
    await page.getByRole("heading", { name: "bob" }).waitFor();
    await page.keyboard.press("Control+k");
    await field.fill("spawn");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "spawn an agent" }).waitFor();
    expect(bed.complaints).toEqual([]);
  });

  test("finds what was said, and leads to the message itself", async () => {
    await using bed = await openPage(browser, "#swarm");
    const { page } = bed;
    await page.keyboard.press("/");
    await page.getByRole("combobox").fill("webhook");
    await page.getByRole("option", { name: /stop polling/ }).click();
    const message = page.locator(".message:focus");
    await message.getByText("stop polling, use the webhook").waitFor();
    expect(page.url()).toMatch(/#messages\/bob\/[0-9A-Z]{26}$/);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("is green");
    await page.getByRole("option", { name: /in all that was said/ }).click();
    await page.locator(".hits li").nth(17).waitFor();
    expect(bed.complaints).toEqual([]);
  });

  test("moves by arrows, says when there is nothing, and closes by Escape", async () => {
    await using bed = await openPage(browser, "#swarm");
    const { page } = bed;
    await page.keyboard.press("Control+k");
    const chosen = page.locator('[aria-selected="true"]');
    const first = await chosen.textContent();
    await page.keyboard.press("ArrowUp");
    const last = await chosen.textContent();
    expect(last).not.toBe(first);
    await page.keyboard.press("ArrowDown");
    expect(await chosen.textContent()).toBe(first);
    await page.getByRole("combobox").fill("zzqq");
    await page.getByText("search for “zzqq”").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});

describe("keys", () => {
  test("lead to each tab, but never while somebody types, and are listed by ?", async () => {
    await using bed = await openPage(browser, "#swarm");
    const { page } = bed;
    for (const [letter, tab] of [
      "i inbox",
      "m messages",
      "t schedule",
      "d deploys",
      "l log",
      "p settings",
      "s swarm",
    ].map((pair) => pair.split(" "))) {
      await page.keyboard.press("g");
      await page.keyboard.press(letter ?? "");
      await page.locator(`.tab-${tab}`).waitFor();
    }
    await page.goto(`${bed.hive.url}/#messages/alice`);
    await page.getByLabel("message to alice").fill("");
    await page.getByLabel("message to alice").pressSequentially("gi?/");
    expect(await page.getByLabel("message to alice").inputValue()).toBe("gi?/");
    await page.locator(".thread-scroll").focus();
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "keys" });
    await sheet.getByText("what waits for you").waitFor();
    expect(await violations(page)).toEqual([]);
    await sheet.getByLabel("single keys work in this browser").uncheck();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.reload();
    await page.locator(".thread-scroll").focus();
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "go to or do" }).waitFor();
    expect(await sheet.count()).toBe(0);
    expect(bed.complaints).toEqual([]);
  });
});

describe("an address", () => {
  test.each([1280, 390])("leads to one thing that waits, one answer, one message (%i px)", async (width) => {
    await using bed = await openPage(browser, `#inbox/q${sceneId(302)}`, width);
    const { page, hive } = bed;
    await page.locator(`[data-place="q${sceneId(302)}"]:focus`).waitFor();
    await page.goto(`${hive.url}/#inbox/a39`);
    await page.locator('.settled [data-place="a39"]:focus').waitFor();
    await page.goto(`${hive.url}/#inbox/a999`);
    await page.getByText("waits for nobody any more").waitFor();
    expect(await violations(page)).toEqual([]);
    const id = sceneId(101);
    await page.goto(`${hive.url}/#messages/alice/${id}`);
    await page.locator(`[data-place="${id}"]:focus`).waitFor();
    await page.goto(`${hive.url}/#messages/?nightly`);
    await page.locator(".hits").getByText("remember to look at the").waitFor();
    await page.goto(`${hive.url}/#messages/%E0%A4%A`);
    await page.locator(".tab-messages").waitFor();
    expect(bed.complaints).toEqual([]);
  });
});
