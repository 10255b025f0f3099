// What waits for one agent, looked at from its page.
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

describe("the inbox of an agent", () => {
  test.each([1280, 390])(
    "lists what waits and moves with it, and leads to each message (%i px)",
    async (width) => {
      await using bed = await openPage(browser, "#swarm", width);
      const { page, hive } = bed;
      await page.goto(`${hive.url}/agent/alice/`);
      await page.getByRole("button", { name: "2+1: inbox of alice" }).click();
      const list = page.getByRole("dialog", { name: "inbox of alice" });
      await list.getByText("keep the old name exported").waitFor();
      await list.getByText("what does a row cost now").waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const waiting = [...hive.state().messages.values()].filter(
        ({ to, state }) => to === "alice" && state !== "handled" && state !== "failed",
      );
      expect(await list.locator(".inbox-list > li").count()).toBe(waiting.length);
      hive.deliver(waiting[0]?.id ?? "", "handled");
      await list.getByText("keep the old name exported").waitFor({ state: "detached" });
      await list.getByRole("link", { name: /what does a row cost/ }).click();
      await page.locator(".message:focus", { hasText: "what does a row cost" }).waitFor();
      expect(await list.count()).toBe(0);
      expect(bed.complaints).toEqual([]);
    },
  );
});
