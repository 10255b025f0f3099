/** What scripts/shots takes pictures of: each tab and each state somebody may meet. Data and the steps to get there. */
import type { Page } from "playwright-core";
import { changeRequest } from "../../test/support/web-change.ts";
import type { WebFixture } from "../../test/support/web-fixture.ts";
import { startedOperation } from "../../test/support/web-operations.ts";
import { sceneId } from "../../test/support/web-scene.ts";

export interface Shot {
  readonly name: string;
  /** Below the origin. */
  readonly path: string;
  readonly prepare?: (page: Page, hive: WebFixture) => Promise<unknown>;
}

const press = (name: string) => async (page: Page) => page.getByRole("button", { name }).first().click();

function ask(hive: WebFixture): void {
  hive.emit({ type: "approval", approval: changeRequest(71n) });
}

async function deploying(page: Page, hive: WebFixture): Promise<void> {
  const about = { kind: "merge_config_pr", agent: "alice", step: "building its system", progress: 0.4 };
  hive.emit({ type: "operation", operation: startedOperation(sceneId(450), about) });
  const resolved_at = new Date().toISOString();
  const decided = { status: "approved", operation_id: sceneId(450), resolved_at } as const;
  hive.emit({ type: "approval", approval: { ...changeRequest(50n), ...decided } });
  hive.emitLog(sceneId(450), "copying path 'alice'", "building 'alice.drv'");
  await page.getByText("building 'alice.drv'").waitFor();
}

async function review(page: Page, hive: WebFixture, layout: "unified" | "split"): Promise<void> {
  ask(hive);
  await page.locator(".review").waitFor();
  await page.getByRole("button", { name: layout }).click();
}

async function commenting(page: Page, hive: WebFixture): Promise<void> {
  await review(page, hive, "unified");
  const pick = page.getByRole("button", { name: "comment on a line of agent.json" });
  if ((await pick.count()) > 0) await pick.click();
  await page.getByRole("button", { name: "comment on agent.json:3", exact: true }).click();
  await page.locator(".comment-form textarea").fill("why so much effort?");
}

async function find(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(words);
  await page.getByRole("option").nth(1).waitFor();
}

async function searchHere(page: Page): Promise<void> {
  await page.getByRole("button", { name: "search", exact: true }).click();
  await page.getByLabel("words in the transcript").fill("parse");
  await page.locator(".found-place").first().waitFor();
}

async function attach(page: Page): Promise<void> {
  const file = { name: "plan.png", mimeType: "image/png", buffer: Buffer.alloc(40_000) };
  await page.getByLabel("files for the agent").setInputFiles(file);
  await page.locator(".attached .good-text").waitFor();
}

export const SHOTS: readonly Shot[] = [
  { name: "swarm", path: "#swarm" },
  { name: "swarm-spawn", path: "#swarm", prepare: press("+ spawn") },
  { name: "swarm-destroy", path: "#swarm", prepare: press("destroy dave") },
  { name: "inbox", path: "#inbox" },
  { name: "inbox-change", path: "#inbox", prepare: (page, hive) => review(page, hive, "unified") },
  { name: "inbox-change-split", path: "#inbox", prepare: (page, hive) => review(page, hive, "split") },
  { name: "inbox-comment", path: "#inbox", prepare: commenting },
  { name: "inbox-deploying", path: "#inbox", prepare: deploying },
  { name: "messages", path: "#messages" },
  { name: "messages-thread", path: "#messages/alice" },
  { name: "schedule", path: "#schedule" },
  { name: "deploys", path: "#deploys/alice" },
  { name: "deploys-changes", path: "#deploys/alice", prepare: press("changes since #44") },
  { name: "deploys-rollback", path: "#deploys/alice", prepare: press("roll back to #44…") },
  { name: "log", path: "#log" },
  { name: "settings", path: "#settings" },
  { name: "palette", path: "#swarm", prepare: (page) => page.keyboard.press("Control+k") },
  { name: "palette-found", path: "#swarm", prepare: (page) => find(page, "webhook") },
  { name: "keys", path: "#swarm", prepare: (page) => page.keyboard.press("?") },
  {
    name: "messages-search",
    path: "#messages/?parse",
    prepare: (page) => page.locator(".transcript-hits li").first().waitFor(),
  },
  { name: "agent", path: "agent/alice/" },
  { name: "agent-inbox", path: "agent/alice/", prepare: press(": inbox of alice") },
  { name: "agent-attached", path: "agent/alice/", prepare: attach },
  { name: "agent-search", path: "agent/alice/", prepare: searchHere },
  { name: "agent-unknown", path: "agent/nobody/" },
  {
    name: "cut",
    path: "#swarm",
    prepare: async (page, hive) => {
      await hive.kill();
      await page.locator(".banner.bad").waitFor();
    },
  },
  {
    name: "login",
    path: "#swarm",
    prepare: async (page, hive) => {
      hive.revoke();
      await page.reload();
      await page.getByText("this browser is not logged in").waitFor();
    },
  },
];
