// A configuration becomes the system of a container: built first, then switched to, and put back. The host is the one
// of nixos-host.test.ts, with the real nix; what an agent's system is made of comes from a stub of hyperhive's flake.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Approval } from "../../../src/wire/approvals.ts";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { machineReason } from "./machine.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const NAME = "dora";
const CONFIG = `/var/lib/hyperhive/agents/${NAME}/config/proposed`;
const PATIENCE = 120_000;
/** An agent.nix that fails, and what nix says of it. */
const BROKEN = [
  ["it is not defined", "{ ... }: { build = pkgz; }", "error: undefined variable 'pkgz' at agent.nix:1:20"],
  ["it throws", '{ ... }: throw "no such module"', "error: no such module"],
  [
    "its builder fails",
    '{ ... }: { build = "echo no such library; exit 1"; }',
    `error: builder for 'nixos-system-h-${NAME}' failed with exit code 1: no such library`,
  ],
] as const;

// Where no host can be booted, the title says why.
const booted = test.skipIf(reason !== undefined);

describe(`a configuration on a NixOS host${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  beforeAll(async () => {
    if (reason === undefined) host = await startNixosHost();
  }, PATIENCE);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, PATIENCE);

  const must = (...command: string[]): string => host.machine.must(...command);
  const system = (): string => must("readlink", "-f", `/nix/var/nix/profiles/per-container/h-${NAME}/system`);
  const pid = (): string => must("systemctl", "show", "--value", "-p", "MainPID", `container@h-${NAME}`);
  const flake = (): string => must("git", "-C", "/var/lib/hyperhive/meta", "show", "HEAD:flake.nix");
  /** The commit of the flake, and what is not committed of it. */
  const meta = (): string =>
    must("sh", "-c", `cd /var/lib/hyperhive/meta && git rev-parse HEAD && git status --short`);
  const pending = (): Promise<Approval> =>
    host.waitFor("an approval waits", ({ approvals }) =>
      [...approvals.values()].find(({ status }) => status === "pending"),
    );
  /** How it ended: "done", or why it failed. What is stored as deployed is activated after that. */
  const ended = (operation_id: string | undefined): Promise<string> =>
    host.waitFor("the deploy has ended", ({ operations }) => {
      const operation = operations.get(operation_id ?? "");
      return operation?.state === "failed" ? operation.error : operation?.state === "done" && "done";
    });
  const approve = async (id: bigint): Promise<string> => {
    await host.call(operatorWire.approve, { id });
    const { approval } = await host.call(operatorWire.approvalDiff, { id });
    return ended(approval.operation_id);
  };
  /** Commits by the agent's own hands, and asks for it. */
  const propose = async (model: string, nix = ""): Promise<{ sha: string; approval: Approval }> => {
    const edit = `sed -i 's/"role": "agent",.*/"role": "agent", "model": "${model}",/' agent.json`;
    const add =
      nix === "" ? "git rm -qf --ignore-unmatch agent.nix" : `echo '${nix}' >agent.nix; git add agent.nix`;
    await host.send(
      NAME,
      `bash<<cd $HYPERHIVE_CONFIG_DIR && ${edit} && { ${add}; } && git commit -qam "${model}">>`,
    );
    const sha = must("git", "-c", "safe.directory=*", "-C", CONFIG, "rev-parse", "HEAD");
    await host.send(NAME, `apply ${NAME}<<${sha}>>`);
    return { sha, approval: await pending() };
  };
  let first: bigint;
  let good: { sha: string; system: string };

  booted(
    "is built before it is deployed, and then the container runs it",
    async () => {
      await host.spawn(NAME);
      await host.send(NAME, `init ${NAME}<<to choose a model>>`);
      const asked = await pending();
      expect(await approve(asked.id)).toBe("done");
      first = asked.id;
      const base = system();
      const before = pid();
      const { sha, approval } = await propose("haiku");
      expect(await approve(approval.id)).toBe("done");
      await host.idle(NAME);
      good = { sha, system: system() };
      expect(good.system).not.toBe(base);
      expect(pid()).not.toBe(before);
      expect(flake()).toContain(
        `/agents/${NAME}/config/applied.git?ref=refs/hive/incoming/${sha}&rev=${sha}"`,
      );
      expect((await host.call(operatorWire.agent, { name: NAME })).config.model).toBe("haiku");
      await host.send(NAME, "still there?");
    },
    PATIENCE,
  );

  for (const [how, nix, why] of BROKEN)
    booted(
      `that does not build (${how}) leaves container, profile and flake as they were [cfg:atomic]`,
      async () => {
        const before = { pid: pid(), system: system(), meta: meta() };
        const { sha, approval } = await propose("opus", nix);
        expect(await approve(approval.id)).toBe(`the configuration does not build: ${why}`);
        expect({ pid: pid(), system: system(), meta: meta() }).toEqual(before);
        expect(flake()).toContain(`&rev=${good.sha}"`);
        expect(flake()).not.toContain(sha);
        expect((await host.call(operatorWire.agent, { name: NAME })).config.model).toBe("haiku");
        await host.send(NAME, "still there?");
      },
      PATIENCE,
    );

  booted(
    "is rolled back to one that was deployed before, and its log tells of each",
    async () => {
      const before = pid();
      const { operation_id } = await host.call(operatorWire.configRollback, { name: NAME, to: first });
      expect(await ended(operation_id)).toBe("done");
      await host.idle(NAME);
      expect(system()).not.toBe(good.system);
      expect(pid()).not.toBe(before);
      expect((await host.call(operatorWire.agent, { name: NAME })).config.model).toBeUndefined();
      const { deployments } = await host.call(operatorWire.configLog, { name: NAME });
      expect(deployments.map(({ result }) => result).toSorted()).toEqual([
        "deployed",
        "deployed",
        "deployed",
        ...BROKEN.map(() => "failed" as const),
      ]);
      await host.send(NAME, "and now?");
    },
    PATIENCE,
  );
});
