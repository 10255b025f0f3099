// Notifications in a real browser: the settings, the service worker that shows a push, and what an open page does.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { PUSH_KEY } from "../support/web-notify.ts";
import { openPage, type PageBed } from "../support/web-page.ts";
import { sceneId } from "../support/web-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

/** The vendor's push service is out of reach of a test; the rest of the way is the browser's own. */
function fakeSubscriptions(): void {
  let made: unknown = null;
  const subscription = (key: unknown) => ({
    key,
    toJSON: () => ({
      endpoint: "https://push.example.org/1",
      keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) },
    }),
    unsubscribe: async () => {
      made = null;
      return true;
    },
  });
  Object.assign(PushManager.prototype, {
    getSubscription: async () => made,
    subscribe: async (options: { readonly applicationServerKey: unknown }) => {
      made = subscription(options.applicationServerKey);
      Reflect.set(window, "pushKey", options.applicationServerKey);
      return made;
    },
  });
}

async function openSettings(width?: number): Promise<PageBed> {
  const bed = await openPage(browser, "#settings", width);
  await bed.page.context().grantPermissions(["notifications"], { origin: bed.hive.url });
  await bed.page.addInitScript(fakeSubscriptions);
  await bed.page.reload();
  await bed.page.getByText("delivery log").waitFor();
  return bed;
}

/** Hands a push to the worker as the browser does when its service has one. */
async function deliver(page: Page, origin: string, payload: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  await cdp.send("ServiceWorker.deliverPushMessage", {
    origin,
    registrationId: await registered,
    data: payload,
  });
}

/** Once there are any; the worker shows them in its own time. */
const shown = (page: Page) =>
  page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    let list = await worker.getNotifications();
    for (let tries = 0; list.length === 0 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      list = await worker.getNotifications();
    }
    return list.map(({ title, body, tag, data }) => ({ title, body, tag, data: data as unknown }));
  });

describe("the settings of notifications", () => {
  test.each([1280, 390])(
    "fit, are accessible, and show hostile text as text, %p pixels wide",
    async (width) => {
      await using bed = await openSettings(width);
      const { page } = bed;
      await page.getByText("not before").waitFor();
      await page.getByText("answered 503, 8 times").waitFor();
      expect(await page.evaluate("window.pwned")).toBeUndefined();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(bed.complaints).toEqual([]);
    },
  );

  test("enable push with the hive's key, show what arrives, and disable it again", async () => {
    await using bed = await openSettings();
    const { page, hive } = bed;
    await page.getByRole("button", { name: "enable push" }).click();
    await page.getByRole("button", { name: "disable push" }).waitFor();
    expect(await page.evaluate("window.pushKey")).toBe(PUSH_KEY);
    expect(hive.calls.find(({ cmd }) => cmd === "notify_subscribe")?.input).toMatchObject({
      endpoint: "https://push.example.org/1",
    });

    const url = "https://evil.example.org/x#inbox";
    await deliver(
      page,
      hive.url,
      JSON.stringify({ title: "alice asks you", body: "now?", tag: "question:1", url }),
    );
    expect(await shown(page)).toEqual([
      { title: "alice asks you", body: "now?", tag: "question:1", data: "#inbox" },
    ]);

    await page.getByRole("button", { name: "disable push" }).click();
    await page.getByRole("button", { name: "enable push" }).waitFor();
    expect(hive.calls.find(({ cmd }) => cmd === "notify_unsubscribe")?.input).toEqual({ id: sceneId(791) });
    expect(bed.complaints).toEqual([]);
  });

  test("send a test and say how it went", async () => {
    await using bed = await openSettings();
    await bed.page.getByRole("button", { name: "send a test" }).click();
    await bed.page.getByText("sent: 2 of 2").waitFor();
  });
});

describe("an open page", () => {
  test("counts in its title, and rings for what is new, as this browser was told to", async () => {
    await using bed = await openSettings();
    const { page, hive } = bed;
    await page.evaluate(() => {
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...args) {
        Reflect.set(window, "notes", Number(Reflect.get(window, "notes") ?? 0) + 1);
        start.apply(this, args);
      };
    });
    expect(await page.title()).toMatch(/^\(\d+\) /);
    await page.getByLabel("number in the title").uncheck();
    await page.waitForFunction(() => !document.title.startsWith("("));
    await page.getByLabel("sound").check();
    expect(await page.evaluate("window.notes")).toBe(2);
    const [approval] = [...hive.state().approvals.values()];
    if (approval === undefined) throw new Error("the scene has no approval");
    hive.emit({ type: "approval", approval: { ...approval, id: 77n, status: "pending" } });
    await page.waitForFunction(() => Reflect.get(window, "notes") === 4);
    await page.reload();
    expect(await page.getByLabel("sound").isChecked()).toBe(true);
    expect(await page.getByLabel("number in the title").isChecked()).toBe(false);
  });
});
