// hyperhive on its home platform, as far as a machine without NixOS can show it: what is doubled is in files/.
// One host for all tests, in their order: each leaves its agents as the next expects them.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { machineReason } from "./machine.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const ANNA = "anna-nix";
/** Far beyond what `nixos-container create` takes. */
const LONG = "a-name-of-all-its-31-characters";
const PATIENCE = 120_000;

// Where no host can be booted, the title says why.
const booted = test.skipIf(reason !== undefined);

describe(`a NixOS host${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  beforeAll(async () => {
    if (reason === undefined) host = await startNixosHost();
  }, PATIENCE);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, PATIENCE);

  const must = (...command: string[]): string => host.machine.must(...command);
  const unit = (name: string, property: string): string =>
    must("systemctl", "show", "--value", "-p", property, `container@h-${name}.service`);
  const inside = (name: string, line: string): string =>
    must("nixos-container", "run", `h-${name}`, "--", "sh", "-c", line);
  const row = (name: string) => host.view.agents.get(name);
  const restarted = (name: string, before: number | undefined) =>
    host.waitFor(`${name} runs again`, ({ agents }) => {
      const now = agents.get(name);
      return now?.process === "running" && now.connected && now.pid !== before;
    });

  booted(
    "runs agents as containers that exchange messages, whatever the length of their names",
    async () => {
      await host.spawn(ANNA);
      await host.spawn(LONG);
      await host.send(ANNA, `tell ${LONG}<<hello neighbour>>`);
      const arrived = await host.waitFor("the neighbour has read it", ({ messages }) =>
        [...messages.values()].find(({ to, state }) => to === LONG && state === "handled"),
      );
      expect(arrived).toMatchObject({ from: ANNA, body: "hello neighbour" });
    },
    PATIENCE,
  );

  booted("makes ordinary containers, which the host's own command understands", () => {
    expect(must("nixos-container", "list").split("\n")).toEqual([`h-${LONG}`, `h-${ANNA}`]);
    expect(must("nixos-container", "status", `h-${ANNA}`)).toBe("up");
    expect(inside(ANNA, "hostname")).toBe(`h-${ANNA}`);
  });

  booted(
    "field notes: HOST_ADDRESS cleared, no private netns: the agent's page is reachable from the host",
    () => {
      expect(must("readlink", `/proc/${unit(ANNA, "MainPID")}/ns/net`)).toBe(
        must("readlink", "/proc/1/ns/net"),
      );
      expect(must("ss", "-Hltn")).toContain(`127.0.0.1:${row(ANNA)?.web_port} `);
    },
  );

  booted(
    "field notes: credentials, state and the socket lie where an agent expects them, for it alone",
    () => {
      expect(inside(ANNA, `stat -c %u /home/${ANNA}/.claude /agents/${ANNA}/state | uniq`)).toBe("31000");
      expect(inside(ANNA, "ls /run/hive").split("\n").sort()).toEqual(["harness.env", "hive.sock"]);
      expect(inside(ANNA, "ps -o user= -C hive-ag3nt").trim().slice(0, 4)).toBe(ANNA.slice(0, 4));
      expect(inside(ANNA, "ls /agents; ls /var/lib/hyperhive 2>&1 | tail -1")).toMatch(
        /^anna-nix\nls: .*No such file/,
      );
    },
  );

  booted(
    "field notes: RuntimeDirectoryPreserve: the daemon restarts in the middle of a turn, and the turn goes on [core:restart]",
    async () => {
      const pid = unit(ANNA, "MainPID");
      const inode = inside(ANNA, "stat -c %i /run/hive");
      const { ids } = await host.call(operatorWire.send, { to: ANNA, body: "bash<<sleep 3; echo through>>" });
      await host.waitFor("the turn runs", ({ messages }) => messages.get(ids[0] ?? "")?.state === "read");
      must("systemctl", "restart", "hive-c0re");
      await host.waitFor(
        "the turn ended well",
        ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
      );
      expect(unit(ANNA, "MainPID")).toBe(pid);
      expect(inside(ANNA, "stat -c %i /run/hive")).toBe(inode);
    },
    PATIENCE,
  );

  booted(
    "field notes: RuntimeDirectoryPreserve = yes keeps the bind sources over a stop and a start, too",
    async () => {
      const inode = must("stat", "-c", "%i", `/run/hyperhive/agents/${ANNA}`);
      must("systemctl", "stop", "hive-c0re");
      must("systemctl", "start", "hive-c0re");
      expect(must("stat", "-c", "%i", `/run/hyperhive/agents/${ANNA}`)).toBe(inode);
      await host.send(ANNA, "still there?");
    },
    PATIENCE,
  );

  booted(
    "field notes: register_agent is idempotent: a restart of the daemon, then of the agent, recreates its socket",
    async () => {
      const before = row(ANNA)?.pid;
      const socket = `/run/hyperhive/agents/${ANNA}/hive.sock`;
      const inode = must("stat", "-c", "%i", socket);
      must("systemctl", "restart", "hive-c0re");
      await host.idle(ANNA);
      await host.call(operatorWire.restart, { name: ANNA });
      await restarted(ANNA, before);
      expect(must("stat", "-c", "%i", socket)).not.toBe(inode);
      await host.send(ANNA, "back again?");
    },
    PATIENCE,
  );

  booted("field notes: /run/systemd/nspawn/*.nspawn overrides are ignored: the hive writes none", () => {
    expect(must("find", "/run", "/etc", "/var", "-xdev", "-name", "*.nspawn")).toBe("");
    expect(must("cat", `/etc/nixos-containers/h-${ANNA}.conf`)).toContain("EXTRA_NSPAWN_FLAGS=");
  });

  booted(
    "field notes: persistent notes: $HYPERHIVE_STATE_DIR is the agent's state, with its events log hyperhive-events.sqlite",
    async () => {
      await host.send(ANNA, "bash<<echo noted > $HYPERHIVE_STATE_DIR/notes.md>>");
      const state = `/var/lib/hyperhive/agents/${ANNA}/state`;
      expect(must("cat", `${state}/notes.md`)).toBe("noted");
      expect(must("ls", state).split("\n")).toContain("hyperhive-events.sqlite");
    },
    PATIENCE,
  );

  booted(
    "finds its agents again after kill -9 of the daemon",
    async () => {
      const pid = unit(LONG, "MainPID");
      const daemon = () => must("systemctl", "show", "--value", "-p", "MainPID", "hive-c0re");
      const killed = daemon();
      must("systemctl", "kill", "--signal=SIGKILL", "hive-c0re");
      const back = () => host.machine.run(["systemctl", "is-active", "--quiet", "hive-c0re"]).code === 0;
      await host.waitFor("the daemon is back", () => back() && daemon() !== killed);
      await host.send(LONG, "still there?");
      expect(unit(LONG, "MainPID")).toBe(pid);
    },
    PATIENCE,
  );

  booted(
    "sees a killed container within five seconds, says why, and starts it again",
    async () => {
      const before = row(ANNA)?.pid;
      const killed = Date.now();
      must("sh", "-c", `kill -9 $(machinectl show -p Leader --value h-${ANNA})`);
      const seen = await host.waitFor("it is shown dead", ({ agents }) => {
        const now = agents.get(ANNA);
        return now?.process === "backoff" ? now : undefined;
      });
      expect(Date.now() - killed).toBeLessThan(5_000);
      expect(seen.reason).toStartWith("its container ended with exit code");
      await restarted(ANNA, before);
      await host.waitFor("the operator is told", ({ messages }) =>
        [...messages.values()].some(
          ({ to, body }) => to === "operator" && body.startsWith("container_crash:"),
        ),
      );
      await host.send(ANNA, "back again?");
    },
    PATIENCE,
  );

  booted(
    "starts a container again that was stopped behind its back, and says so",
    async () => {
      const before = row(LONG)?.pid;
      must("nixos-container", "stop", `h-${LONG}`);
      const seen = await host.waitFor("it is shown down", ({ agents }) => {
        const now = agents.get(LONG);
        return now?.process === "backoff" ? now : undefined;
      });
      expect(seen.reason).toStartWith("its container was stopped, from inside or by somebody on the host");
      await restarted(LONG, before);
      await host.idle(LONG);
    },
    PATIENCE,
  );

  booted(
    "stops an agent when asked, in order, and does not take that for a crash",
    async () => {
      await host.call(operatorWire.stop, { scope: { agent_names: [LONG] } });
      await host.waitFor("it is stopped", ({ agents }) => agents.get(LONG)?.process === "stopped");
      expect(unit(LONG, "ActiveState")).toBe("inactive");
      expect(unit(LONG, "Result")).toBe("success");
    },
    PATIENCE,
  );

  booted(
    "shows a container running that was started behind its back [status:honest]",
    async () => {
      must("nixos-container", "start", `h-${LONG}`);
      await host.waitFor("it is seen", ({ agents }) => agents.get(LONG)?.process === "running", 6_000);
      await host.call(operatorWire.stop, { scope: { agent_names: [LONG] } });
      await host.waitFor("it is stopped", ({ agents }) => agents.get(LONG)?.process === "stopped");
      await host.call(operatorWire.start, { scope: { agent_names: [LONG] } });
      await host.idle(LONG);
    },
    PATIENCE,
  );

  booted(
    "field notes: nixos-container create auto-assigns HOST_ADDRESS: whatever stands in the conf file, a start corrects it and keeps the rest",
    async () => {
      const conf = `/etc/nixos-containers/h-${LONG}.conf`;
      must("sh", "-c", `printf '# by hand\\r\\nHOST_ADDRESS=10.233.1.1\\r\\nNOTE = a = b\\r\\n' >> ${conf}`);
      await host.call(operatorWire.restart, { name: LONG });
      await host.waitFor("it is back", ({ agents }) => agents.get(LONG)?.process === "running");
      await host.idle(LONG);
      const text = must("cat", conf);
      expect(text).toContain("# by hand\r\nNOTE = a = b");
      expect(text.match(/^HOST_ADDRESS=.*$/gm)).toEqual(["HOST_ADDRESS="]);
    },
    PATIENCE,
  );

  booted(
    "spawns nothing when the configuration does not build, and leaves nothing behind [cfg:atomic]",
    async () => {
      // Its base does not evaluate: files/flake/bases.
      const { operation_id } = await host.call(operatorWire.spawn, { name: "broken-nix", config: {} });
      const failed = await host.waitFor("the spawn has failed", ({ operations }) => {
        const now = operations.get(operation_id);
        return now?.state === "failed" ? now : undefined;
      });
      expect(failed.error).toContain("the configuration does not build: error: undefined variable 'pkgz'");
      expect(
        must(
          "sh",
          "-c",
          "find /etc/nixos-containers /nix/var /var/lib/nixos-containers -maxdepth 3 -name '*broken*'",
        ),
      ).toBe("");
      expect(must("git", "-C", "/var/lib/hyperhive/meta", "show", ":flake.nix")).not.toContain("broken-nix");
    },
    PATIENCE,
  );

  booted(
    "holds an agent to its limits by systemd",
    async () => {
      await host.spawn("tiny-nix", {
        limits: { memory_max_bytes: 1_073_741_824, cpu_quota_percent: 150, tasks_max: 300 },
      });
      expect(unit("tiny-nix", "MemoryMax")).toBe("1073741824");
      expect(unit("tiny-nix", "CPUQuotaPerSecUSec")).toBe("1.500000s");
      expect(unit("tiny-nix", "TasksMax")).toBe("300");
    },
    PATIENCE,
  );

  booted(
    "field notes: Claude credentials and state survive destroy and recreate; --purge wipes them",
    async () => {
      const name = "tiny-nix";
      const login = `/var/lib/hyperhive/agents/${name}/claude/.credentials.json`;
      inside(name, `su ${name} -c "echo login > /home/${name}/.claude/.credentials.json"`);
      await host.done((await host.call(operatorWire.destroy, { name, purge: false })).operation_id);
      expect(must("cat", login)).toBe("login");
      expect(must("nixos-container", "list")).not.toContain(name);
      await host.spawn(name);
      expect(inside(name, `cat /home/${name}/.claude/.credentials.json`)).toBe("login");
      await host.done((await host.call(operatorWire.destroy, { name, purge: true })).operation_id);
      expect(must("ls", "/var/lib/hyperhive/agents").split("\n")).toEqual([LONG, ANNA]);
      expect(
        must(
          "find",
          "/nix/var",
          "/var/lib/nixos-containers",
          "/run/systemd/system",
          "-maxdepth",
          "3",
          "-name",
          `*${name}*`,
        ),
      ).toBe("");
    },
    PATIENCE,
  );

  booted.each(["in order", "power cut"] as const)(
    "brings everything back by itself after a reboot (%s) [host:reboot]",
    async (how) => {
      await host.reboot(how);
      await host.idle(ANNA, 60_000);
      await host.idle(LONG, 60_000);
      await host.send(ANNA, `tell ${LONG}<<after ${how}>>`);
      await host.waitFor("the neighbour has read it", ({ messages }) =>
        [...messages.values()].some(
          ({ to, body, state }) => to === LONG && body === `after ${how}` && state === "handled",
        ),
      );
    },
    PATIENCE,
  );
});
