// Slow work in a real browser: its log as it comes, its end, and what stays of it; with a keyboard and for axe.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import type { Approval } from "../../src/wire/approvals.ts";
import type { Operation } from "../../src/wire/operations.ts";
import { violations } from "../support/web-axe.ts";
import { collectComplaints, launchBrowser } from "../support/web-browser.ts";
import { startWebFixture, type WebFixture } from "../support/web-fixture.ts";
import { HOSTILE, sceneId } from "../support/web-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

interface Bed extends AsyncDisposable {
  readonly hive: WebFixture;
  readonly page: Page;
  readonly complaints: readonly string[];
}

async function openPage(path: string, width = 1280): Promise<Bed> {
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

const ID = sceneId(450);

function deploy(more: Partial<Operation> = {}): Operation {
  const started_at = new Date().toISOString();
  return {
    id: ID,
    kind: "merge_config_pr",
    agent: "alice",
    state: "running",
    progress: 0.2,
    step: "building its system",
    started_at,
    log_lines: 0,
    log: [],
    ...more,
  };
}

function approved(): Approval {
  const now = new Date().toISOString();
  return {
    id: 50n,
    agent: "alice",
    kind: "merge_config_pr",
    commit_ref: "abc",
    requested_at: now,
    resolved_at: now,
    status: "approved",
    description: 'deploy configuration abc of agent "alice": a better model',
    operation_id: ID,
  };
}

describe("an approved deploy", () => {
  test("shows its log as it comes, with the lines from before, and the reason of its failure", async () => {
    await using bed = await openPage("#inbox");
    const { page, hive } = bed;
    hive.emit({ type: "operation", operation: deploy() });
    hive.emitLog(ID, "copying path 'alice'", HOSTILE);
    hive.emit({ type: "approval", approval: approved() });
    const card = page.locator('[data-key="a50"]');
    await card.getByText("copying path 'alice'").waitFor();
    await card.getByText("building its system").waitFor();
    expect(await card.getByRole("progressbar").getAttribute("value")).toBe("0.2");
    hive.emitLog(ID, "building 'alice.drv'");
    await card.getByText("building 'alice.drv'").waitFor();
    hive.emit({ type: "operation", operation: deploy({ step: "restarting it", progress: 0.7 }) });
    await card.getByText("restarting it").waitFor();
    expect(await violations(page)).toEqual([]);
    const end = { state: "failed", error: "the configuration does not build: no such option" } as const;
    const ended_at = new Date().toISOString();
    hive.emit({ type: "operation", operation: deploy({ ...end, hint: "correct it", ended_at }) });
    await card.getByText("the configuration does not build: no such option").waitFor();
    await card.getByText("next: correct it").waitFor();
    expect(await card.getByRole("progressbar").count()).toBe(0);
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(await violations(page)).toEqual([]);
    expect(bed.complaints).toEqual([]);
  });

  test("keeps its log with the decision when it is over", async () => {
    await using bed = await openPage("#inbox");
    const { page, hive } = bed;
    const ended_at = new Date(Date.now() - 600_000).toISOString();
    hive.emit({ type: "operation", operation: deploy({ state: "done", progress: 1, ended_at }) });
    hive.emitLog(ID, "what it said");
    hive.emit({ type: "approval", approval: approved() });
    await page.getByRole("button", { name: "log of #50" }).press("Enter");
    await page.locator(".settled").getByText("what it said").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("follows a flood at its end, until somebody scrolls up", async () => {
    await using bed = await openPage("#log", 390);
    const { page, hive } = bed;
    hive.emit({ type: "operation", operation: deploy() });
    const log = page.getByRole("list", { name: "log: deploy alice" });
    const many = Array.from({ length: 3_000 }, (_, n) => `compiling module ${n}`);
    hive.emitLog(ID, ...many);
    await log.getByText("compiling module 2999").waitFor();
    const atEnd = (): Promise<boolean> =>
      log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 12);
    expect(await atEnd()).toBe(true);
    expect(await log.locator("li").count()).toBeLessThan(1_600);
    await log.focus();
    await page.keyboard.press("Home");
    const follow = page.getByRole("button", { name: "follow" });
    await follow.waitFor();
    hive.emitLog(ID, "one more");
    await log.getByText("one more").waitFor();
    expect(await atEnd()).toBe(false);
    await follow.click();
    await follow.waitFor({ state: "detached" });
    expect(await atEnd()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test("goes on with its log after the stream was cut", async () => {
    await using bed = await openPage("#log");
    const { page, hive } = bed;
    hive.emit({ type: "operation", operation: deploy() });
    hive.emitLog(ID, "before the cut");
    await page.getByText("before the cut").waitFor();
    await hive.kill();
    hive.emitLog(ID, "in the dark");
    hive.revive();
    await page.getByText("in the dark").waitFor();
    expect(await page.getByText("before the cut").count()).toBe(1);
  });
});
