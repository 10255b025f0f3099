// A new agent from the manager's wish to its first word, and what it is changed by the manager's hands.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { git } from "../../src/platform/git.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import type { Operation } from "../../src/wire/operations.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const MANAGER = { name: "hm1nd", config: { role: "manager" as const } };
const PERSONA = "You are the reviewer of the parser.";
const CHANGED = "You are the reviewer of everything.";

/** Who it is it knows from its system prompt alone. */
const RULES = [
  {
    name: "introduces itself to the manager",
    when: { agent: "carol", last_user: "Introduce yourself to me by a message", system: PERSONA },
    tool_use: { name: "mcp__hyperhive__send", input: { to: "hm1nd", body: "I am carol, for the parser." } },
  },
  {
    name: "introduces itself to the operator, changed",
    when: { agent: "carol", last_user: "introduce yourself again", system: CHANGED, model: "opus" },
    tool_use: {
      name: "mcp__hyperhive__send",
      input: { to: "operator", body: "I am carol, for everything." },
    },
  },
  ...puppetRules(),
];

/** The manager has done what it was told. */
async function ask(hive: Hive, body: string): Promise<void> {
  const { ids } = await hive.call(operatorWire.send, { to: "hm1nd", body });
  await hive.waitFor(`the manager has done: ${body}`, ({ messages }) =>
    ids.every((id) => messages.get(id)?.state === "handled"),
  );
}

const pending = (hive: Hive, kind: string): Promise<Approval> =>
  hive.waitFor(`an approval of kind "${kind}" waits`, ({ approvals }) =>
    [...approvals.values()].find((one) => one.status === "pending" && one.kind === kind),
  );

const said = (hive: Hive, from: string, to: string, body: RegExp) =>
  hive.waitFor(`${from} told ${to}: ${body}`, ({ messages }) =>
    [...messages.values()].find((one) => one.from === from && one.to === to && body.test(one.body)),
  );

/** Approves and follows the operation as a client does, to its end. */
async function approve(hive: Hive, id: bigint): Promise<{ end: Operation; lines: string[] }> {
  const { approval } = await hive.call(operatorWire.approve, { id });
  const lines: string[] = [];
  const frames = hive.transport.open(operatorWire.watchOperation, {
    input: { id: approval?.operation_id },
    signal: AbortSignal.timeout(30_000),
  });
  for await (const { body } of frames) {
    const { operation } = operatorWire.watchOperation.output.parse(body);
    lines.push(...operation.log.map(({ line }) => line));
    if (operation.state !== "running") return { end: operation, lines };
  }
  throw new Error(`the operation of approval ${id} did not end`);
}

/** The manager edits its own work tree of carol's configuration, by its own hands; the sha. */
async function edit(hive: Hive): Promise<string> {
  const cwd = join(hive.stateDir, "agents/hm1nd/config/others/carol");
  const change = `sed -i 's/${PERSONA}/${CHANGED}/; s/"haiku"/"opus"/' agent.json`;
  await ask(hive, `bash<<cd "${cwd}" && ${change} && git commit -qam widen>>`);
  const { stdout } = await git({ cwd, args: ["-c", "safe.directory=*", "log", "-1", "--format=%H %s"] });
  expect(stdout.trim()).toEndWith(" widen");
  return stdout.slice(0, 40);
}

describe("a new agent", () => {
  test("is asked for in full, spawned, configured, and introduces itself [approval:pinned]", async () => {
    await using hive = await startHive({ rules: RULES, agents: [MANAGER] });
    await ask(hive, `hire carol as agent with ripgrep<<${PERSONA}>>`);
    const wanted = await pending(hive, "spawn");
    expect(wanted.description).toBe('spawn agent "carol": nobody reviews the parser');
    expect(wanted.payload).toMatchObject({
      name: "carol",
      config: { role: "agent", model: "haiku", system_prompt: PERSONA, packages: ["ripgrep"] },
      prompt: expect.stringContaining("Introduce yourself to me"),
    });
    const nothing = await hive.call(operatorWire.approvalDiff, { id: wanted.id });
    expect(nothing).toMatchObject({ diff: "", approval: { payload: wanted.payload } });
    const spawned = await approve(hive, wanted.id);
    expect(spawned.end).toMatchObject({ state: "done", progress: 1, kind: "spawn", agent: "carol" });
    expect(spawned.lines).toContain("making its directories");
    expect(spawned.lines.join("\n")).toContain("installs no packages: ripgrep must be on this machine");
    // Who comes later, by another door, reads the same.
    const page = await hive.http();
    const late = await page.fetch(`/api/v1/operations/${spawned.end.id}/watch`);
    const data = (await late.text()).split("\n").find((line) => line.startsWith("data: ")) ?? "";
    const { operation } = operatorWire.watchOperation.output.parse(JSON.parse(data.slice("data: ".length)));
    expect(operation.log.map(({ line }) => line)).toEqual(spawned.lines);
    await said(hive, "carol", "hm1nd", /^I am carol, for the parser/);

    await ask(hive, "init carol<<to widen what it reviews>>");
    const seeded = await approve(hive, (await pending(hive, "init_config")).id);
    expect(seeded.end).toMatchObject({ state: "done", agent: "carol" });
    expect(seeded.lines).toEqual(["making the repository", "filling the work tree"]);

    await hive.idle("hm1nd");
    const sha = await edit(hive);
    await ask(hive, `apply carol<<${sha}>>`);
    const change = await pending(hive, "merge_config_pr");
    const shown = await hive.call(operatorWire.approvalDiff, { id: change.id });
    expect(shown.diff).toContain(`-  "model": "haiku"`);
    expect(shown.diff).toContain(`+  "model": "opus"`);
    expect(shown.diff).toContain(`+  "system_prompt": "${CHANGED}"`);
    const deployed = await approve(hive, change.id);
    expect(deployed.end).toMatchObject({ state: "done", agent: "carol" });
    expect(deployed.lines.filter((line) => !/installs no packages/.test(line))).toEqual([
      "checking it",
      "storing it",
      "telling its harness",
    ]);
    const { config } = await hive.call(operatorWire.agent, { name: "carol" });
    expect(config).toMatchObject({ model: "opus", system_prompt: CHANGED, packages: ["ripgrep"] });

    await hive.idle("carol");
    await hive.call(operatorWire.send, { to: "carol", body: "introduce yourself again" });
    await said(hive, "carol", "operator", /^I am carol, for everything/);
  }, 120_000);

  test("that cannot be is refused, and the manager is told why", async () => {
    await using hive = await startHive({ rules: RULES, agents: [MANAGER] });
    const answer = (): string =>
      hive.simulator.requests.findLast(({ rule }) => rule === "after a tool")?.toolResult ?? "";
    await ask(hive, `hire carol as manager with ripgrep<<${PERSONA}>>`);
    expect(answer()).toContain("cannot be a second manager");
    await ask(hive, `hire hm1nd as agent with ripgrep<<${PERSONA}>>`);
    expect(answer()).toContain("exists already");
    expect((await hive.call(operatorWire.pending, { all: true })).approvals).toEqual([]);
  }, 60_000);
});
