// Files in the composer: chosen or dropped, on their way, taken back, named in the message.
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

describe("a file in the composer", () => {
  test.each([1280, 390])(
    "goes in parts, can be taken back, and is named in the message (%i px)",
    async (width) => {
      await using bed = await openPage(browser, "#swarm", width);
      const { page, hive } = bed;
      await page.goto(`${hive.url}/agent/alice/`);
      const hostile = "<img src=x onerror=window.pwned=1>.txt";
      await page.getByLabel("files for the agent").setInputFiles([
        { name: "plan.png", mimeType: "image/png", buffer: Buffer.alloc(600_000, 1) },
        { name: hostile, mimeType: "text/plain", buffer: Buffer.from("x") },
        { name: "huge.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(11_000_000) },
      ]);
      await page.getByText('"huge.bin" is larger than 10 MiB').waitFor();
      await page.locator(".attached .good-text").nth(1).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.getByRole("button", { name: `without ${hostile}` }).click();
      await page.getByLabel("message to alice").fill("see the plan");
      await page.getByRole("button", { name: "send" }).click();
      await page.locator(".attached").waitFor({ state: "detached" });
      const parts = hive.calls.filter(({ cmd, input }) => cmd === "attach" && input["file"] === "plan.png");
      expect(parts.map(({ input }) => input["offset"])).toEqual([0, 524_288]);
      const [sent] = hive.calls.filter(({ cmd }) => cmd === "send");
      expect(sent?.input["body"]).toMatch(
        /^see the plan\n\n\[attached: \S+\/attachments\/[0-9a-f]{32}-plan\.png \(image\/png, 600000 bytes\)\]$/,
      );
      expect(await page.evaluate("window.pwned")).toBeUndefined();
      expect(bed.complaints).toEqual([]);
    },
  );
});
