// The pages for everybody: no violation of axe's rules in either theme and size, a keyboard alone, big enough targets.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { startWebFixture, type WebFixture } from "../support/web-fixture.ts";

const PATHS = [
  "#swarm",
  "#inbox",
  "#messages",
  "#messages/alice",
  "#schedule",
  "#deploys/alice",
  "#log",
  "#settings",
  "agent/alice/",
];
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

interface Bed extends AsyncDisposable {
  readonly hive: WebFixture;
  readonly page: Page;
  go(path: string): Promise<void>;
}

interface BedOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "dark" | "light";
}

async function openBed({ viewport = WIDE, colorScheme = "dark" }: BedOptions = {}): Promise<Bed> {
  const hive = startWebFixture();
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(hive.loginUrl);
  await page.locator(".agents").waitFor();
  const go = async (path: string): Promise<void> => {
    await page.goto(`${hive.url}/${path}`);
    await page.locator(".tab, .turn").first().waitFor();
  };
  const close = async (): Promise<void> => {
    await context.close();
    await hive.stop();
  };
  return { hive, page, go, [Symbol.asyncDispose]: close };
}

describe("every page", () => {
  test.each([
    ["dark", "on a desk", WIDE],
    ["light", "on a desk", WIDE],
    ["dark", "on a phone", PHONE],
    ["light", "on a phone", PHONE],
  ] as const)("breaks no rule of axe (%s, %s)", async (colorScheme, _where, viewport) => {
    await using bed = await openBed({ colorScheme, viewport });
    const found: string[] = [];
    for (const path of PATHS) {
      await bed.go(path);
      found.push(...(await violations(bed.page)).map((line) => `${path} ${line}`));
    }
    expect(found).toEqual([]);
  });

  test("breaks none in its dialogs, its toasts, cut off, and at the login", async () => {
    await using bed = await openBed();
    const { page, hive } = bed;
    await page.getByRole("button", { name: "+ spawn" }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "destroy alice" }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "pause hm1nd" }).click();
    await page.locator(".toast").waitFor();
    expect(await violations(page)).toEqual([]);
    await hive.kill();
    await page.locator(".banner.bad").waitFor();
    expect(await violations(page)).toEqual([]);
    hive.revive();
    await page.locator(".banner.bad").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "log out" }).click();
    await page.getByText("this browser is not logged in").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe("a keyboard alone", () => {
  test("spawns an agent: the focus goes into the dialog, Enter submits, Escape closes and gives it back", async () => {
    await using bed = await openBed();
    const { page, hive } = bed;
    const opener = page.getByRole("button", { name: "+ spawn" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByLabel("name", { exact: true }).fill("zed");
    await page.keyboard.press("Enter");
    // The dialog stays: it shows how the creation goes.
    await page.getByRole("button", { name: "close; it goes on" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(hive.calls.filter(({ cmd }) => cmd === "spawn").map(({ input }) => input["name"])).toEqual([
      "zed",
    ]);
  });

  test("sees where it is: each stop of the Tab key has a ring", async () => {
    await using bed = await openBed();
    const { page } = bed;
    for (let stop = 0; stop < 20; stop++) {
      await page.keyboard.press("Tab");
      const ring = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return "none is needed";
        return `${element.tagName} ${getComputedStyle(element).outlineStyle}`;
      });
      expect(ring).not.toMatch(/ none$/);
    }
  });
});

describe("a finger", () => {
  test("finds nothing smaller than 40 px to touch", async () => {
    await using bed = await openBed({ viewport: PHONE });
    const small: string[] = [];
    for (const path of PATHS) {
      await bed.go(path);
      const found = await bed.page
        .locator("button, select, summary, input, .tab-link, .thread")
        .evaluateAll((elements) =>
          elements.flatMap((element) => {
            // A box is touched by its label, the marks of a message by the room around them.
            const target = element.closest("label.check") ?? element;
            const room = Number.parseFloat(getComputedStyle(element, "::after").top) || 0;
            const { height } = target.getBoundingClientRect();
            const touched = height - 2 * Math.min(0, room);
            return height === 0 || touched >= 39.5
              ? []
              : [`${element.tagName}.${element.className} ${element.textContent?.slice(0, 30)} ${touched}`];
          }),
        );
      small.push(...found.map((line) => `${path} ${line}`));
    }
    expect(small).toEqual([]);
  });
});
