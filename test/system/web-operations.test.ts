// Slow work in a real browser: its log as it comes, its end, and what stays of it; with a keyboard and for axe.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { webPort } from "../../src/lib/fnv1a.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import type { Operation } from "../../src/wire/operations.ts";
import { violations } from "../support/web-axe.ts";
import { launchBrowser } from "../support/web-browser.ts";
import { startedOperation } from "../support/web-operations.ts";
import { openPage as openBed } from "../support/web-page.ts";
import { HOSTILE, sceneId } from "../support/web-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

const openPage = (path: string, width?: number) => openBed(browser, path, width);

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

describe("the form for a new agent", () => {
  test("checks as one types, shows the port, and asks for everything that was chosen", async () => {
    await using bed = await openPage("#swarm", 390);
    const { page, hive } = bed;
    await page.getByRole("button", { name: "+ spawn" }).click();
    const name = page.getByLabel("name", { exact: true });
    await name.fill("Zed!");
    await page.getByText("1 to 31 of a-z, 0-9 and -").waitFor();
    await name.fill("bob");
    await page.getByText('there is a "bob" already').waitFor();
    expect(await page.getByRole("button", { name: "spawn", exact: true }).isDisabled()).toBe(true);
    await name.fill("zed");
    await page.getByText(`its page: port ${webPort("zed")}`).waitFor();
    await page.getByLabel("persona").fill("You keep the changelog.");
    await page.getByLabel("model").fill("opus");
    await page.getByLabel("packages").fill("ripgrep, rip;grep");
    await page.getByText('"rip;grep": a package is named as in nixpkgs').waitFor();
    await page.getByLabel("packages").fill("ripgrep jq");
    await page.getByText('"process" installs none').waitFor();
    await page.getByLabel("first message").fill("Begin.");
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "spawn", exact: true }).click();
    await page.getByRole("dialog", { name: "spawning zed" }).waitFor();
    const config = { model: "opus", system_prompt: "You keep the changelog.", packages: ["ripgrep", "jq"] };
    expect(hive.calls.find(({ cmd }) => cmd === "spawn")?.input).toMatchObject({
      name: "zed",
      config,
      prompt: "Begin.",
    });
  });

  test("shows the creation with its log, and leads to the agent", async () => {
    await using bed = await openPage("#swarm");
    const { page, hive } = bed;
    await page.getByRole("button", { name: "+ spawn" }).click();
    await page.getByLabel("name", { exact: true }).fill("zed");
    await page.keyboard.press("Enter");
    await page.getByText("waiting", { exact: true }).waitFor();
    const id = sceneId(410);
    hive.emitLog(id, "making its directories");
    await page.getByText("making its directories").waitFor();
    expect(await violations(page)).toEqual([]);
    const ended_at = new Date().toISOString();
    const about = { kind: "spawn", agent: "zed", ended_at } as const;
    hive.emit({ type: "operation", operation: startedOperation(id, { ...about, state: "done" }) });
    await page.getByRole("button", { name: "open zed" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/agent\/zed\/$/);
  });

  test("says why it was refused or failed, and keeps what was typed", async () => {
    await using bed = await openPage("#swarm");
    const { page, hive } = bed;
    await page.getByRole("button", { name: "+ spawn" }).click();
    const name = page.getByLabel("name", { exact: true });
    await name.fill("full");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("the hive is full").waitFor();
    await page.getByLabel("persona").fill("You keep the changelog.");
    await name.fill("zed");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "close; it goes on" }).waitFor();
    const end = { state: "failed", error: "no room", hint: "make room" } as const;
    const about = { kind: "spawn", agent: "zed", ended_at: new Date().toISOString() } as const;
    hive.emit({ type: "operation", operation: startedOperation(sceneId(410), { ...about, ...end }) });
    await page.getByText("no room").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "change it and try again" }).click();
    expect(await name.inputValue()).toBe("zed");
    expect(await page.getByLabel("persona").inputValue()).toBe("You keep the changelog.");
  });
});
