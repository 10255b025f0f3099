// kill -9 of the daemon at every step of what an operator can approve: it ends applied once, or failed with a reason,
// and what runs afterwards is what the hive says. Steps: each call by which the daemon changes something on the host.
// Those that lie in the database alone are broken in crash.test.ts and approvals.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Approval } from "../../../src/wire/approvals.ts";
import type { Operation } from "../../../src/wire/operations.ts";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { type KillPoints, killPoints, type Outcome } from "./kill-points.ts";
import { machineReason } from "./machine.ts";
import { HYPERHIVE_FLAKE } from "./nix.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const MANAGER = "hm1nd";
const NAME = "erin";
const CONFIG = `/var/lib/hyperhive/agents/${NAME}/config/proposed`;
const PATIENCE = 600_000;

// Where no host can be booted, the title says why.
const booted = test.skipIf(reason !== undefined);

describe(`a daemon killed at every step${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  let points: KillPoints;
  beforeAll(async () => {
    if (reason !== undefined) return;
    host = await startNixosHost();
    points = await killPoints(host);
    await host.spawn(MANAGER, { role: "manager" });
  }, PATIENCE);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, PATIENCE);

  const must = (...command: string[]): string => host.machine.must(...command);
  const profile = (): string =>
    must("sh", "-c", `readlink -f /nix/var/nix/profiles/per-container/h-${NAME}/system || true`);
  const isUp = (): boolean =>
    host.machine.run(["systemctl", "is-active", "--quiet", `container@h-${NAME}`]).code === 0;
  const exists = async (): Promise<boolean> =>
    (await host.call(operatorWire.agents, {})).agents.some(({ name }) => name === NAME);
  /** Has the manager, or the agent, ask for it. */
  const asked = async (by: string, order: string): Promise<bigint> => {
    await host.send(by, order);
    const { id } = await host.waitFor("an approval waits", ({ approvals }): Approval | undefined =>
      [...approvals.values()].find(({ status }) => status === "pending"),
    );
    return id;
  };
  const destroyed = async (): Promise<void> => {
    const { operation_id } = await host.call(operatorWire.destroy, { name: NAME, purge: true });
    await host.done(operation_id);
  };
  const works = async (): Promise<void> => {
    await host.idle(NAME);
    await host.send(NAME, "still there?");
  };

  interface Story {
    /** What is approved. */
    readonly ask: (round: number) => Promise<bigint>;
    readonly before?: () => Promise<void>;
    readonly judge: (outcome: Outcome, round: number) => Promise<void>;
    readonly after?: () => Promise<void>;
  }

  /** One round without a kill, then one for each of its calls. */
  const everyStep = async ({ ask, before, judge, after }: Story): Promise<void> => {
    await before?.();
    const calls = await points.count(await ask(0));
    await judge({ killed: false, status: "approved", note: "" }, 0);
    await after?.();
    for (const [index, call] of calls.entries()) {
      await before?.();
      const outcome = await points.kill(await ask(index + 1), index + 1);
      try {
        if (outcome.status === "failed") expect(outcome.note).not.toBe("");
        await judge(outcome, index + 1);
        await after?.();
      } catch (error) {
        const what = `killed at call ${index + 1} of ${calls.length}, ${call}: ${JSON.stringify(outcome)}`;
        throw new Error(`${what}\n${error instanceof Error ? error.message : error}\n${host.log()}`, {
          cause: error,
        });
      }
    }
    expect(calls.length).toBeGreaterThan(2);
  };

  booted(
    "of a spawn: there is a whole agent, or none [approval:once]",
    () =>
      everyStep({
        ask: () => asked(MANAGER, `want ${NAME}<<more hands>>`),
        judge: async ({ status }) => {
          expect(await exists()).toBe(status === "approved");
          if (status === "approved") await works();
          else expect({ up: isUp(), profile: profile() }).toEqual({ up: false, profile: "" });
        },
        after: async () => {
          if (await exists()) await destroyed();
        },
      }),
    PATIENCE,
  );

  booted(
    "of a repository for an agent: it is there, or can be asked for again [approval:once]",
    async () => {
      await everyStep({
        before: () => host.spawn(NAME),
        ask: () => asked(NAME, `init ${NAME}<<to choose a model>>`),
        judge: async ({ status }) => {
          const { deployments } = await host.call(operatorWire.configLog, { name: NAME });
          expect(deployments.some(({ result }) => result === "deployed")).toBe(status === "approved");
          if (status === "failed") {
            const again = await points.count(await asked(NAME, `init ${NAME}<<once more>>`));
            expect(again.length).toBeGreaterThan(2);
          }
          expect(must("git", "-c", "safe.directory=*", "-C", CONFIG, "status", "--porcelain")).toBe("");
        },
        after: destroyed,
      });
    },
    PATIENCE,
  );

  /** Deploys of one agent, with what must be true after each, whatever happened to it. */
  const deploys = async () => {
    await host.spawn(NAME);
    await points.count(await asked(NAME, `init ${NAME}<<to choose a model>>`));
    const model = (round: number): string => `model-${round}`;
    const now = { running: "", before: "", sha: "" };
    const ask = async (round: number): Promise<bigint> => {
      now.before = profile();
      const edit = `sed -i 's/"role": "agent",.*/"role": "agent", "model": "${model(round)}",/' agent.json`;
      const commit = `git commit -qam "${model(round)}"`;
      await host.send(NAME, `bash<<cd $HYPERHIVE_CONFIG_DIR && ${edit} && ${commit}>>`);
      now.sha = must("git", "-c", "safe.directory=*", "-C", CONFIG, "rev-parse", "HEAD");
      return asked(NAME, `apply ${NAME}<<${now.sha}>>`);
    };
    const judge = async ({ status }: Pick<Outcome, "status">, round: number): Promise<void> => {
      await works();
      const deployed = status === "approved";
      if (deployed) now.running = model(round);
      const { config } = await host.call(operatorWire.agent, { name: NAME });
      expect(config.model ?? "").toBe(now.running);
      expect(profile() === now.before).toBe(!deployed);
      const meta = ["-C", "/var/lib/hyperhive/meta"];
      expect(must("git", ...meta, "show", "HEAD:flake.nix").includes(now.sha)).toBe(deployed);
      expect(must("git", ...meta, "status", "--porcelain")).toBe("");
    };
    return { ask, judge, before: works };
  };

  booted(
    "of a deploy: it is deployed and runs, or the former one does [approval:once] [cfg:atomic]",
    async () => {
      await everyStep(await deploys());
      await destroyed();
    },
    PATIENCE,
  );

  const STEPS = ["checking it", "building its system", "storing it", "restarting its container"];

  booted(
    "or its container, or the whole host, in each step of a deploy: what is said to run does [cfg:atomic] [host:reboot]",
    async () => {
      const { ask, judge, before } = await deploys();
      const killed = `kill -9 $(machinectl show -p Leader --value h-${NAME}) || true`;
      const trouble = [() => Promise.resolve(void must("sh", "-c", killed)), () => host.reboot("power cut")];
      const isAt = (index: number, { kind, step, state }: Operation): boolean =>
        kind === "merge_config_pr" && state === "running" && STEPS.slice(index).includes(step);
      for (const [which, strike] of trouble.entries()) {
        for (const [index, step] of STEPS.entries()) {
          const round = which * STEPS.length + index + 1;
          await before();
          const id = await ask(round);
          await host.call(operatorWire.approve, { id });
          // Some are over in a moment.
          await host.waitFor(`it is at "${step}"`, ({ operations }) =>
            [...operations.values()].some((one) => isAt(index, one)),
          );
          await strike();
          await judge(await points.ended(id), round);
        }
      }
      await destroyed();
    },
    PATIENCE,
  );

  booted(
    "of newer inputs for all: every agent runs with them, or every agent with the former [approval:once] [cfg:atomic]",
    async () => {
      await host.spawn(NAME);
      const running = (name: string): string =>
        must("cat", `/nix/var/nix/profiles/per-container/h-${name}/system/release`);
      let former = running(NAME);
      await everyStep({
        before: works,
        ask: async (round) => {
          must("sh", "-c", `echo round-${round} > ${HYPERHIVE_FLAKE}/release`);
          return asked(MANAGER, "update<<there is a newer release>>");
        },
        judge: async ({ status }, round) => {
          await works();
          if (status === "approved") former = `round-${round}`;
          expect([MANAGER, NAME].map(running)).toEqual([former, former]);
          expect(must("git", "-C", "/var/lib/hyperhive/meta", "status", "--porcelain")).toBe("");
        },
      });
      await destroyed();
    },
    PATIENCE,
  );

  booted(
    "of a removal: the agent is gone, or is there and can be started [approval:once]",
    () =>
      everyStep({
        before: async () => {
          if (!(await exists())) await host.spawn(NAME);
          await works();
        },
        ask: () => asked(MANAGER, `remove ${NAME}<<no longer needed>>`),
        judge: async ({ status }) => {
          expect(await exists()).toBe(status === "failed");
          if (status === "approved")
            expect({ up: isUp(), profile: profile() }).toEqual({ up: false, profile: "" });
          else await host.call(operatorWire.start, { scope: { agent_names: [NAME] } });
        },
      }),
    PATIENCE,
  );
});
