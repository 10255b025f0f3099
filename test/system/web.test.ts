// The pages in a real browser: login, live updates, a cut stream, delivery states, hostile text, the content policy.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { collectComplaints, launchBrowser } from "../support/web-browser.ts";
import { startWebFixture, type WebFixture } from "../support/web-fixture.ts";
import { sceneId } from "../support/web-scene.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());

interface Bed {
  readonly hive: WebFixture;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything the console complained about. */
  readonly complaints: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

interface BedOptions {
  /** Below the origin, after the login. */
  readonly path?: string;
  readonly width?: number;
}

async function openPage({ path = "", width = 1280 }: BedOptions = {}): Promise<Bed> {
  const hive = startWebFixture();
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = collectComplaints(page);
  await page.goto(hive.loginUrl);
  await page.locator(".agents").waitFor();
  if (path !== "") await page.goto(`${hive.url}/${path}`);
  const close = async (): Promise<void> => {
    await context.close();
    await hive.stop();
  };
  return { hive, page, context, complaints, [Symbol.asyncDispose]: close };
}

/** Lost connections are reported by the browser itself; everything else is a complaint. */
function serious(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/net::ERR_|status of 401/.test(text));
}

describe("the login", () => {
  test("takes the link's code once and leaves no secret in the address", async () => {
    await using bed = await openPage();
    expect(bed.page.url()).not.toContain("good-code");
    const kept = await bed.page.evaluate(() => [localStorage.getItem("hive-token"), document.cookie]);
    expect(kept).toEqual(["cardboard-token", ""]);
    await bed.page.reload();
    await bed.page.locator(".agents").waitFor();
    expect(bed.hive.calls.filter(({ cmd }) => cmd === "login").length).toBe(1);
  });

  test("is asked again after a 401, and nothing typed is lost", async () => {
    await using bed = await openPage({ path: "#messages/alice" });
    const { page, hive } = bed;
    await page.getByLabel("message to alice").fill("half a thought");
    hive.revoke();
    await page.getByRole("button", { name: "send" }).click();
    await page.getByText("this browser is not logged in").waitFor();
    await page.getByLabel("login code or link").fill("wrong");
    await page.getByRole("button", { name: "log in" }).click();
    await page.getByText("this login code is not good any more").waitFor();
    hive.admit();
    await page.getByLabel("login code or link").fill(hive.loginUrl);
    await page.getByRole("button", { name: "log in" }).click();
    await page.locator(".agents, .thread-view").first().waitFor();
    await page.goto(`${hive.url}/#messages/alice`);
    expect(await page.getByLabel("message to alice").inputValue()).toBe("half a thought");
    expect(serious(bed.complaints)).toEqual([]);
  });
});

describe("the live stream", () => {
  test("changes a row without a reload", async () => {
    await using bed = await openPage();
    const { page, hive } = bed;
    await page.getByRole("button", { name: "pause hm1nd" }).click();
    await page.locator('[data-agent="hm1nd"] .state', { hasText: "paused" }).waitFor();
    await page.getByText("hm1nd begins no new turn").waitFor();
    const alice = hive.state().agents.get("alice");
    if (alice === undefined) throw new Error("no alice");
    hive.emit({ type: "agent", agent: { ...alice, process: "failed", reason: "six crashes in a minute" } });
    await page.getByText("six crashes in a minute").waitFor();
    await page.waitForFunction(() => document.title === "(8) honeycomb · hyperhive");
  });

  test("shows within a second that it was cut, and comes back without a gap", async () => {
    await using bed = await openPage();
    const { page, hive } = bed;
    const killed = performance.now();
    await hive.kill();
    await page.getByText("disconnected, reconnecting").waitFor({ timeout: 1000 });
    expect(performance.now() - killed).toBeLessThan(1000);
    // What happens meanwhile is stored at the hive.
    hive.emit({ type: "notice", level: "warn", text: "while you were away" });
    hive.revive();
    hive.emit({ type: "notice", level: "info", text: "and after" });
    await page.getByText("disconnected, reconnecting").waitFor({ state: "hidden" });
    expect(hive.resumedAfter()).toEqual([4000]);
    await page.goto(`${hive.url}/#log`);
    await page.getByText("and after").waitFor();
    expect(await page.getByText("while you were away").count()).toBe(1);
  });

  test("brings the transcript back without a gap", async () => {
    await using bed = await openPage({ path: "agent/alice/" });
    const { page, hive } = bed;
    await page.getByText("bun test --watch parser").waitFor();
    await hive.kill();
    await page.getByText("disconnected, reconnecting").waitFor({ timeout: 1000 });
    hive.emitJournal({ kind: "text", text: "written in the dark" });
    hive.revive();
    await page.getByText("written in the dark").waitFor();
    hive.emitDelta({ kind: "text_delta", text: "being writ" });
    await page.getByText("being writ").waitFor();
    hive.emitJournal({ kind: "text", text: "being written, done" });
    await page.getByText("being written, done").waitFor();
    expect(await page.locator(".block.live").count()).toBe(0);
    expect(await page.getByText("written in the dark").count()).toBe(1);
  });
});

describe("the composer", () => {
  test("sends with ctrl+enter, once, and shows the message on its way", async () => {
    await using bed = await openPage({ path: "agent/alice/" });
    const { page, hive } = bed;
    const field = page.getByLabel("message to alice");
    await field.fill("what does a row cost?");
    await page.getByLabel("urgent").check();
    await field.press("Control+Enter");
    const row = page.locator(".sent li", { hasText: "what does a row cost?" });
    await row.locator(".ticks.queued").waitFor();
    expect(await field.inputValue()).toBe("");
    const sent = hive.calls.filter(({ cmd }) => cmd === "send");
    expect(sent.map(({ input }) => [input["to"], input["priority"]])).toEqual([["alice", "urgent"]]);
    const id = (await row.getAttribute("data-message")) ?? "";
    for (const state of ["delivered", "read", "handled"] as const) {
      hive.deliver(id, state);
      await row.locator(`.ticks.${state}`).waitFor();
    }
    await row.locator("summary").click();
    expect(await row.locator(".ticks ol li").count()).toBe(4);
  });
});

const CHANGE = '--- a/agent.json\n+++ b/agent.json\n@@ -1 +1 @@\n-{}\n+{"model":"opus"}\n';

describe("the inbox", () => {
  test("answers a question and approves, and both leave the list by the live event", async () => {
    await using bed = await openPage({ path: "#inbox" });
    const { page, hive } = bed;
    await page.getByRole("button", { name: "make it async" }).click();
    await page.locator(`[data-key="q${sceneId(301)}"]`).waitFor({ state: "detached" });
    await page.locator('[data-key="a41"]').getByRole("button", { name: "approve" }).click();
    await page.locator('[data-key="a41"]').waitFor({ state: "detached" });
    await page.locator(".settled").getByText("make it async").waitFor();
    const said = hive.calls.filter(({ cmd }) => cmd === "answer" || cmd === "approve");
    expect(said.map(({ cmd, input }) => [cmd, input["answer"] ?? input["id"]])).toEqual([
      ["answer", "make it async"],
      ["approve", 41n],
    ]);
  });

  test("shows every line that a configuration would change, carried along or asked for", async () => {
    await using bed = await openPage({ path: "#inbox" });
    const { page, hive } = bed;
    const change = { agent: "alice", sha: "a".repeat(40), subject: "use opus", stat: " agent.json | 2 +-" };
    for (const [id, diff] of [
      [71n, CHANGE],
      [72n, undefined],
    ] as const) {
      hive.emit({
        type: "approval",
        approval: {
          ...{ id, agent: "alice", kind: "merge_config_pr", commit_ref: "aaaaaaa", status: "pending" },
          requested_at: new Date().toISOString(),
          payload: { ...change, diff },
        },
      });
    }
    const carried = page.locator('[data-key="a71"]');
    await carried.locator(".diff").waitFor();
    expect(await carried.locator(".diff .add").allTextContents()).toEqual(['+ {"model":"opus"}\n']);
    expect(await carried.locator(".diff .del").allTextContents()).toEqual(["- {}\n"]);
    const asked = page.locator('[data-key="a72"]');
    await asked.getByRole("button", { name: "show every line" }).click();
    await asked.locator(".diff").waitFor();
    expect(await asked.locator(".diff .add").allTextContents()).toEqual(['+ {"model":"opus"}\n']);
    expect(bed.complaints).toEqual([]);
  });

  test("destroys only after asking", async () => {
    await using bed = await openPage();
    const { page, hive } = bed;
    await page.getByRole("button", { name: "destroy dave" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "destroy dave" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "destroy dave" }).click();
    await page.getByText("dave is being removed").waitFor();
    expect(hive.calls.filter(({ cmd }) => cmd === "destroy").length).toBe(1);
  });
});

describe("hostile text", () => {
  test("stays text everywhere, loads nothing, and breaks no rule of the content policy", async () => {
    await using bed = await openPage();
    const { page, hive, complaints } = bed;
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(hive.url)) foreign.push(request.url());
    });
    for (const path of ["#swarm", "#inbox", "#messages/erin-docs", "#schedule", "#log", "agent/alice/"]) {
      await page.goto(`${hive.url}/${path}`);
      await page
        .locator(path.startsWith("agent") ? ".turn" : ".tab .section, .thread-view")
        .first()
        .waitFor();
      for (const summary of await page.locator(".transcript summary").all()) await summary.click();
      expect(await page.evaluate(() => "pwned" in window)).toBe(false);
      expect(await page.locator("main img, main script, .transcript img, .transcript script").count()).toBe(
        0,
      );
    }
    const links = await page
      .locator(".markdown a")
      .evaluateAll((found) =>
        found.map((link) => `${link.getAttribute("href") ?? "-"} ${link.getAttribute("rel")}`),
      );
    expect(links.filter((link) => /^(?!https?:|-)/.test(link))).toEqual([]);
    expect(links.every((link) => link.includes("noopener"))).toBe(true);
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("the transcript", () => {
  test("stays where it is read, says what came, and jumps to the newest", async () => {
    await using bed = await openPage({ path: "agent/alice/" });
    const { page, hive } = bed;
    await page.getByText("bun test --watch parser").waitFor();
    await page.locator(".transcript").evaluate((box) => box.scrollTo({ top: box.scrollHeight / 2 }));
    hive.emitJournal({ kind: "text", text: "news below" });
    await page.getByRole("button", { name: "jump to newest (1)" }).click();
    await page.getByText("news below").waitFor();
    const left = await page
      .locator(".transcript")
      .evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    expect(left).toBeLessThan(4);
  });

  test("reads older turns when scrolled to the top, and keeps the place", async () => {
    await using bed = await openPage({ path: "agent/alice/" });
    const { page, hive } = bed;
    for (let i = 0; i < 120; i++) hive.emitJournal({ kind: "notice", level: "info", text: `line ${i}` });
    await page.reload();
    await page.getByText("line 119").waitFor();
    await page.locator(".transcript").evaluate((box) => box.scrollTo({ top: 0 }));
    await page.getByText("is build 400 yours?").waitFor({ state: "attached" });
    expect(await page.locator(".transcript").evaluate((box) => box.scrollTop)).toBeGreaterThan(300);
    await page.getByText("the beginning").waitFor({ state: "attached" });
  });
});

describe("on a phone", () => {
  test("nothing is wider than the screen", async () => {
    await using bed = await openPage({ width: 390 });
    for (const path of [
      "#swarm",
      "#inbox",
      "#messages",
      "#messages/alice",
      "#schedule",
      "#log",
      "agent/alice/",
    ]) {
      await bed.page.goto(`${bed.hive.url}/${path}`);
      await bed.page.locator(".tab, .turn").first().waitFor();
      const width = await bed.page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, width]).toEqual([path, 390]);
    }
  });
});
