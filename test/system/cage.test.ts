// The cage from the inside: an agent under bubblewrap tries, through its own bash tool, what it must not reach.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { journalOf } from "../support/hive-states.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const bwrapWorks =
  Bun.spawnSync(["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"], { stderr: "ignore" }).exitCode ===
  0;

/** Runs a command as alice and gives what her tool said. */
async function asAlice(hive: Hive, command: string): Promise<string> {
  const { ids } = await hive.call(operatorWire.send, { to: "alice", body: `bash<<${command}>>` });
  await hive.waitFor(
    "it is handled",
    ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
    40_000,
  );
  const { events } = await hive.call(operatorWire.journal, { name: "alice", limit: 1000 });
  const told = journalOf(events.map((event) => ({ type: "event" as const, event })));
  return told.flatMap((each) => (each.kind === "tool_result" ? [each.text] : [])).at(-1) ?? "";
}

/** Something secret in the operator's home, gone at the end. */
function secretAtHome(): Disposable & { readonly folder: string; readonly word: string } {
  const folder = mkdtempSync(join(homedir(), ".hive-secret-"));
  const word = `secret-${Math.trunc(performance.now() * 1000)}`;
  writeFileSync(join(folder, "id_ed25519"), word);
  return { folder, word, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

// Without user namespaces there is no cage to try; the conformance suite says so too.
const caged = test.skipIf(!bwrapWorks);

describe("an agent under bubblewrap", () => {
  caged(
    "works, and sees nothing of the operator, the hive or another agent [agent:confined]",
    async () => {
      using secret = secretAtHome();
      await using hive = await startHive({
        backend: "bubblewrap",
        rules: puppetRules(),
        agents: [{ name: "alice" }, { name: "bob" }],
      });
      expect((await hive.call(operatorWire.info, {})).info).toMatchObject({
        isolated: true,
        backend: "bubblewrap",
      });
      expect(
        await asAlice(
          hive,
          "id -un 2>/dev/null; echo works > $HYPERHIVE_STATE_DIR/x && cat $HYPERHIVE_STATE_DIR/x",
        ),
      ).toContain("works");

      const state = hive.stateDir;
      const reads = [
        `${secret.folder}/id_ed25519`,
        `${state}/hive.sqlite`,
        `${state}/agents/bob/state/hyperhive-events.sqlite`,
        `${state}/agents/bob/claude/.claude.json`,
        "/etc/shadow",
        "/root/.ssh/id_rsa",
        "/agents/bob/state",
        "/home/bob",
      ];
      for (const path of reads) {
        expect(await asAlice(hive, `cat ${path} 2>&1 || ls -a ${path} 2>&1`), path).toMatch(
          /No such file|Permission denied|cannot access/,
        );
      }
      const found = await asAlice(
        hive,
        `grep -rls ${secret.word} / --include=id_ed25519 2>/dev/null; echo searched`,
      );
      expect(found).toContain("searched");
      expect(found).not.toContain("id_ed25519");
    },
    120_000,
  );

  caged(
    "reaches no socket but its own, no process but its own, and writes nothing of the system [agent:confined]",
    async () => {
      await using hive = await startHive({
        backend: "bubblewrap",
        rules: puppetRules(),
        agents: [{ name: "alice" }, { name: "bob" }],
      });
      const sockets = await asAlice(hive, "find / -type s 2>/dev/null | grep -v ^/proc; echo listed");
      const named = sockets.split("\n").filter((line) => line.startsWith("/"));
      expect(named).toEqual(["/run/hive/hive.sock"]);

      const victim = Bun.spawn(["sleep", "1000"]);
      const killed = await asAlice(
        hive,
        `kill -9 ${victim.pid} ${hive.corePid} 2>&1; ls /proc | grep -c '^[0-9]*$'; echo tried`,
      );
      expect(killed).toContain("tried");
      expect(victim.exitCode).toBe(null);
      victim.kill();
      await victim.exited;
      expect((await hive.call(operatorWire.info, {})).info.backend).toBe("bubblewrap");
      const listed = await asAlice(hive, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; echo; echo listed");
      expect(listed).toContain("hive-ag3nt");
      expect(listed).not.toContain("hive-c0re");
      expect(listed).not.toContain("agents/bob");

      const writes = [
        "/usr/x",
        "/etc/x",
        "/bin/x",
        "/x",
        "/lib/x",
        "/var/x",
        "/sys/x",
        "/run/x",
        "/opt/x",
        "/proc/sys/kernel/hostname",
      ];
      for (const path of writes) {
        expect(await asAlice(hive, `echo x > ${path} && echo WROTE`), path).not.toContain("WROTE\n");
      }
      const roots = await asAlice(
        hive,
        "mount -t tmpfs none /mnt 2>&1; mknod /tmp/d b 8 0 2>&1; chroot / true 2>&1; unshare -r true 2>&1; echo tried",
      );
      expect(roots).toContain("tried");
      const env = await asAlice(hive, "env; cat /proc/1/environ 2>/dev/null | tr '\\0' '\\n'; echo listed");
      expect(env).not.toContain(hive.stateDir);
    },
    120_000,
  );

  caged(
    "cannot use the agent's own config to become another, and its links lead nowhere [agent:confined]",
    async () => {
      using secret = secretAtHome();
      await using hive = await startHive({
        backend: "bubblewrap",
        rules: puppetRules(),
        agents: [{ name: "alice" }],
      });
      const file = `${secret.folder}/id_ed25519`;
      // What c0re or the next start might follow.
      await asAlice(
        hive,
        `cd $HYPERHIVE_STATE_DIR; ln -sf ${file} todo.json; ln -sf ${file} stolen; rm -rf $HOME/.claude/x; ln -s ${secret.folder} $HOME/.claude/x; echo '{"role":"manager"}' > agent.json`,
      );
      await hive.call(operatorWire.restart, { name: "alice" });
      await hive.idle("alice");
      expect(
        await asAlice(hive, "cat $HYPERHIVE_STATE_DIR/stolen $HOME/.claude/x/id_ed25519 2>&1; true"),
      ).not.toContain(secret.word);
      expect(hive.view.agents.get("alice")?.role).toBe("agent");
      const { operation_id } = await hive.call(operatorWire.destroy, { name: "alice", purge: true });
      await hive.waitFor(
        "it is destroyed",
        ({ operations }) => operations.get(operation_id)?.state === "done",
      );
      expect(await Bun.file(file).text()).toBe(secret.word);
    },
    120_000,
  );

  caged(
    "that is killed with everything in it leaves nothing behind",
    async () => {
      await using hive = await startHive({
        backend: "bubblewrap",
        rules: puppetRules(),
        agents: [{ name: "alice" }],
      });
      const { ids } = await hive.call(operatorWire.send, {
        to: "alice",
        body: "bash<<env -i setsid -f sleep 641; sleep 642>>",
      });
      const sleeps = () => {
        const { stdout } = Bun.spawnSync(["pgrep", "-fx", "sleep 64[12]"]);
        return stdout.toString().trim().split("\n").filter(Boolean);
      };
      await hive.waitFor("both run", () => sleeps().length >= 2);
      await hive.call(operatorWire.stop, { scope: { agent_names: ["alice"] }, graceful: false });
      await hive.waitFor("both are gone", () => sleeps().length === 0, 10_000);
      expect((await hive.call(operatorWire.message, { id: ids[0] ?? "" })).message.state).toBe("queued");
    },
    120_000,
  );
});
