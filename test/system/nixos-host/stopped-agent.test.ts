// The configuration of an agent that does not run: its container is down, so its git runs in a throw-away place.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { type ConfigStory, configStory } from "./config-story.ts";
import { machineReason } from "./machine.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const MANAGER = "hm1nd";
const NAME = "noel";
const PATIENCE = 120_000;

// Where no host can be booted, the title says why.
const booted = test.skipIf(reason !== undefined);

describe(`the configuration of a stopped agent${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  let story: ConfigStory;
  beforeAll(async () => {
    if (reason !== undefined) return;
    host = await startNixosHost();
    story = configStory(host, NAME, MANAGER);
    await host.spawn(MANAGER, { role: "manager" });
    await host.spawn(NAME);
    await stop(NAME);
  }, PATIENCE);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, PATIENCE);

  const stop = async (name: string): Promise<void> => {
    await host.call(operatorWire.stop, { scope: { agent_names: [name] } });
    await host.waitFor(`${name} is stopped`, ({ agents }) => agents.get(name)?.process === "stopped");
  };
  const start = async (name: string): Promise<void> => {
    await host.call(operatorWire.start, { scope: { agent_names: [name] } });
    await host.idle(name);
  };
  const must = (...command: string[]): string => host.machine.must(...command);
  const git = (tree: string, ...args: string[]): string =>
    must("git", "-c", "safe.directory=*", "-C", `/var/lib/hyperhive/agents/${tree}`, ...args);

  booted(
    "can be asked for, filled in, approved and deployed, and is what it starts with",
    async () => {
      await host.send(MANAGER, `init ${NAME}<<to choose a model>>`);
      expect(await story.decide()).toBe("done");
      // Its own work tree too, as its own user.
      expect(git(`${NAME}/config/proposed`, "status", "--porcelain")).toBe("");
      expect(must("stat", "-c", "%u", `/var/lib/hyperhive/agents/${NAME}/config/proposed/.git/HEAD`)).toBe(
        "31000",
      );
      const before = await story.runs();
      const { sha } = await story.propose("haiku");
      expect(await story.decide()).toBe("done");
      const after = await story.runs();
      expect(after).toMatchObject({ pid: "0", model: "haiku" });
      expect(after["flake"]).toContain(sha);
      expect(after["system"]).not.toBe(before["system"]);
      await start(NAME);
      await host.send(NAME, "hello?");
    },
    PATIENCE,
  );

  booted(
    "cannot reach anything when it is worked on, whatever its repository lets git run [agent:confined]",
    async () => {
      const tree = `/var/lib/hyperhive/agents/${NAME}/config/proposed`;
      const look = "id -u; ls /proc | grep -c ^[0-9]; ls / /home /run /var/lib; cat /proc/net/dev";
      writeFileSync(
        host.machine.inside(`${tree}/tell`),
        `(${look}) >/agents/${NAME}/config/told 2>&1\ncat\n`,
      );
      // With no commit checked out, and a filter, what is checked out next runs it.
      const filter = `git config filter.tell.smudge 'sh /agents/${NAME}/config/tell'`;
      const attributes = "mkdir -p .git/info && echo '* filter=tell' >.git/info/attributes";
      await host.send(
        NAME,
        `bash<<cd $HYPERHIVE_CONFIG_DIR && ${filter} && ${attributes} && git update-ref -d HEAD && rm agent.json>>`,
      );
      await stop(NAME);
      await host.send(MANAGER, `init ${NAME}<<once more>>`);
      expect(await story.decide()).toBe("done");
      const told = readFileSync(host.machine.inside(`${tree}/told`), "utf8");
      const [uid, processes] = told.split("\n");
      expect(uid).toBe("31000");
      expect(Number(processes)).toBeLessThan(10);
      expect(told).toContain("lo:");
      expect(told).not.toMatch(/hyperhive|eth0|host0|systemd\/|noel.*state/);
      expect(must("systemctl", "list-units", "--all", "--no-legend", "run-*.service")).toBe("");
    },
    PATIENCE,
  );
});
