// The history of a configuration in a real browser: how each ended, what changed since, and the way back.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { startedOperation } from "../support/web-operations.ts";
import { openPage } from "../support/web-page.ts";
import { sceneId } from "../support/web-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

describe("the deployments of an agent", () => {
  test("tell what runs, what failed and why, and what was never deployed", async () => {
    await using bed = await openPage(browser, "#deploys/alice", 390);
    const { page } = bed;
    const row = (id: number) => page.locator(`[data-deployment="${id}"]`);
    await row(51).getByText("runs", { exact: true }).waitFor();
    await row(58).getByText("denied").waitFor();
    await row(55).getByText("attribute 'ripgrepp' missing").waitFor();
    expect(
      await row(51)
        .getByRole("button", { name: /roll back/ })
        .count(),
    ).toBe(0);
    expect(
      await row(55)
        .getByRole("button", { name: /roll back/ })
        .count(),
    ).toBe(0);
    await row(55).getByRole("button", { name: "log of #55" }).click();
    await row(55).getByText("started the harness").waitFor();
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole("link", { name: "bob" }).click();
    await page.getByText("it has no configuration repository yet").waitFor();
    expect(bed.complaints).toEqual([]);
  });

  test("show what has changed since one of them", async () => {
    await using bed = await openPage(browser, "#deploys/alice");
    const { page, hive } = bed;
    const change = page.getByRole("button", { name: "changes since #44" });
    await change.press("Enter");
    await page.locator(".diff .add", { hasText: '"model": "haiku"' }).waitFor();
    expect(await change.getAttribute("aria-expanded")).toBe("true");
    expect(await violations(page)).toEqual([]);
    expect(hive.calls.find(({ cmd }) => cmd === "config_diff")?.input).toMatchObject({
      name: "alice",
      from: "deployed/44",
      to: "current",
    });
  });

  test("are rolled back after a question that names what changes, and the deploy is shown", async () => {
    await using bed = await openPage(browser, "#deploys/alice");
    const { page, hive } = bed;
    await page.getByRole("button", { name: "roll back to #44…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "roll alice back to #44" });
    await dialog.getByText("haiku, and a shorter memory").waitFor();
    await dialog.locator(".diff .add", { hasText: '"model": "opus"' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(hive.calls.some(({ cmd }) => cmd === "config_rollback")).toBe(false);
    await dialog.getByRole("button", { name: "roll back to #44" }).click();
    await dialog.getByText("storing it").waitFor();
    const said = hive.calls.filter(({ cmd }) => cmd === "config_rollback");
    expect(said.map(({ input }) => input)).toEqual([{ name: "alice", to: 44n }]);
    const asked = hive.calls.filter(({ cmd }) => cmd === "config_log").length;
    const end = { state: "done", ended_at: new Date().toISOString() } as const;
    const about = { kind: "merge_config_pr", agent: "alice" };
    hive.emit({ type: "operation", operation: startedOperation(sceneId(412), { ...about, ...end }) });
    await dialog.locator(".operation.done").waitFor();
    await page.waitForFunction(() => document.querySelectorAll(".deployment").length === 5);
    expect(hive.calls.filter(({ cmd }) => cmd === "config_log").length).toBeGreaterThan(asked);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("say in the dialog why a rollback was refused", async () => {
    await using bed = await openPage(browser, "#deploys/alice");
    const { page } = bed;
    await page.getByRole("button", { name: "roll back to #3…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "roll back to #3" }).click();
    await page.getByRole("alert").getByText("something else is deployed right now").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
