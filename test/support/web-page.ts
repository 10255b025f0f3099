// One page of the cardboard hive in a browser, logged in, for a test.
import type { Browser, Page } from "playwright-core";
import { collectComplaints } from "./web-browser.ts";
import { startWebFixture, type WebFixture } from "./web-fixture.ts";

export interface PageBed extends AsyncDisposable {
  readonly hive: WebFixture;
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Below the origin, after the login. */
export async function openPage(browser: Browser, path: string, width = 1280): Promise<PageBed> {
  const hive = startWebFixture();
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = collectComplaints(page);
  await page.goto(hive.loginUrl);
  await page.locator(".agents").waitFor();
  await page.goto(`${hive.url}/${path}`);
  await page.locator(".tab").first().waitFor();
  const close = async (): Promise<void> => {
    await context.close();
    await hive.stop();
  };
  return { hive, page, complaints, [Symbol.asyncDispose]: close };
}
