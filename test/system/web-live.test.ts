// The pages on a whole hive: real daemon, real harness, real claude with a scripted model, real browser.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { operatorWire } from "../../src/wire/wire.ts";
import { type Hive, startHive } from "../support/start-hive.ts";
import { collectComplaints, launchBrowser } from "../support/web-browser.ts";

const WAIT_MS = 30_000;
/** Its page has a port made from its name, which no other test uses. */
const NAME = "dora-browser";
let browser: Browser;
let hive: Hive;

beforeAll(async () => {
  browser = await launchBrowser();
  hive = await startHive({
    keepBodies: true,
    agents: [{ name: NAME }],
    rules: [
      {
        when: { agent: "*", last_user: "count" },
        say: "i will **count**.",
        tool_use: [{ name: "mcp__bash__run", input: { command: "echo one; echo two; exit 3" } }],
      },
      { when: { agent: "*", tool_result: true }, say: "it ended with three." },
    ],
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hive?.[Symbol.asyncDispose]();
});

async function openAt(url: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const complaints = collectComplaints(page);
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

describe("the dashboard of a running hive", () => {
  test("logs in by the link, sends to an agent, and shows its turn live until it is done", async () => {
    const { url } = await hive.call(operatorWire.loginLink, {});
    await using bed = await openAt(url);
    const { page, complaints } = bed;
    await page.locator(`[data-agent="${NAME}"] .state`, { hasText: "idle" }).waitFor();
    await page.getByRole("link", { name: `open ${NAME}` }).click();
    await page.getByLabel(`message to ${NAME}`).fill("please count");
    await page.getByLabel(`message to ${NAME}`).press("Control+Enter");
    await page.locator(".sent .ticks.handled").waitFor();
    await page.locator(".turn-end", { hasText: "done" }).waitFor();
    expect(await page.locator(".incoming.mine").textContent()).toContain("please count");
    expect(await page.locator(".says strong").textContent()).toBe("count");
    expect(await page.locator(".tool.bash .output").textContent()).toBe("one\ntwo");
    expect(await page.locator(".tool.bash .status").textContent()).toContain("exit code 3");
    expect(await page.getByText("it ended with three.").count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

describe("a search in a running hive", () => {
  test("finds what an agent said and printed, and leads to it", async () => {
    const { url } = await hive.call(operatorWire.loginLink, {});
    await using bed = await openAt(url);
    const { page, complaints } = bed;
    await page.locator(`[data-agent="${NAME}"]`).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("ended with three");
    await page.getByRole("option", { name: /in all that was said/ }).click();
    const found = page.getByRole("region", { name: "in transcripts" });
    await found.locator("mark", { hasText: "ended with three" }).first().waitFor();
    await found
      .getByRole("link", { name: new RegExp(`${NAME} text`) })
      .first()
      .click();
    await page.locator(".transcript .place:focus", { hasText: "it ended with three." }).waitFor();
    await page.getByRole("button", { name: "search", exact: true }).click();
    await page.getByLabel("words in the transcript").fill("echo two");
    await page.locator(".found-place").first().click();
    await page.locator(".place:focus .tool.bash").waitFor();
    expect(complaints).toEqual([]);
  });
});

/** One red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

describe("a file given to an agent", () => {
  test("lands in its state, and a picture reaches the model with the message", async () => {
    const { url } = await hive.call(operatorWire.loginLink, {});
    await using bed = await openAt(url);
    const { page, complaints } = bed;
    await page.locator(`[data-agent="${NAME}"]`).waitFor();
    await page.getByRole("link", { name: `open ${NAME}` }).click();
    const files = [
      { name: "red pixel.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") },
      { name: "large.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(1_300_000, 7) },
    ];
    await page.locator('input[type="file"]').setInputFiles(files);
    await page.locator(".attached li .good-text").nth(1).waitFor();
    await page.getByLabel(`message to ${NAME}`).fill("look at this");
    await page.getByLabel(`message to ${NAME}`).press("Control+Enter");
    const { body } = await hive.simulator.waitFor(({ lastUser }) => lastUser.includes("look at this"));
    expect(JSON.stringify(body)).toContain(`"media_type":"image/png","data":"${PNG}"`);
    const dir = join(hive.stateDir, "agents", NAME, "state", "attachments");
    const stored = readdirSync(dir).toSorted((a, b) => a.length - b.length);
    expect(stored.map((name) => name.replace(/^[a-z0-9]+-/, ""))).toEqual(["large.bin", "red_pixel.png"]);
    expect(readFileSync(join(dir, stored[0] ?? "")).equals(files[1]?.buffer ?? Buffer.alloc(0))).toBe(true);
    expect(await page.locator(".attached").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("the agent's own page", () => {
  test("works with a ticket alone: transcript, composer, and no dashboard around it", async () => {
    const { ticket, url } = await hive.call(operatorWire.agentTicket, { name: NAME });
    await using bed = await openAt(`${url}#ticket=${ticket}`);
    const { page, complaints } = bed;
    await page.getByLabel(`message to ${NAME}`).fill("count again");
    const turns = await page.locator(".turn-end").count();
    await page.getByLabel(`message to ${NAME}`).press("Control+Enter");
    await page.locator(".incoming", { hasText: "count again" }).waitFor();
    await page.locator(".turn-end").nth(turns).waitFor();
    expect(page.url()).not.toContain("ticket");
    expect(await page.getByRole("link", { name: "back to the swarm" }).count()).toBe(0);
    await page.reload();
    await page.locator(".incoming", { hasText: "count again" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
