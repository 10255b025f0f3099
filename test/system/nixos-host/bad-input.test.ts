// What somebody may do wrong on a NixOS host, by hand or at a door: each time a clear sentence, an audit row, and what
// runs is as it was. One host for all tests; bea runs from the first to the last.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { auditRows, type ConfigStory, configStory } from "./config-story.ts";
import { machineReason } from "./machine.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";
import { makeTrouble, type Trouble } from "./trouble.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const NAME = "bea";
const CONF = `/etc/nixos-containers/h-${NAME}.conf`;
const PATIENCE = 120_000;

// Where no host can be booted, the title says why.
const onHost = test.skipIf(reason !== undefined);
const booted = (title: string, body: () => Promise<void>): void => onHost(title, body, PATIENCE);

describe(`bad input on a NixOS host${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  let trouble: Trouble;
  let story: ConfigStory;
  beforeAll(async () => {
    if (reason !== undefined) return;
    host = await startNixosHost();
    story = configStory(host, NAME, NAME);
    trouble = makeTrouble(host.machine);
    await host.spawn(NAME);
    await host.send(NAME, `init ${NAME}<<to choose a model>>`);
    expect(await story.decide()).toBe("done");
  }, PATIENCE);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, PATIENCE);

  const must = (...command: string[]): string => host.machine.must(...command);
  const shell = (script: string): string => must("sh", "-ec", script);
  const pid = (): string => must("systemctl", "show", "--value", "-p", "MainPID", `container@h-${NAME}`);
  /** What the start script of the running container was given. */
  const given = (): string[] =>
    readFileSync(host.machine.inside(`/proc/${pid()}/environ`), "utf8").split("\0");
  const restart = () => host.call(operatorWire.restart, { name: NAME });
  const restarted = async (): Promise<void> => {
    const before = pid();
    await restart();
    await host.waitFor("another container runs", () => pid() !== before && pid() !== "0");
    await host.idle(NAME);
  };
  /** The newest audit row of an action. */
  const audited = (action: string) => auditRows(host).find((row) => row.action === action);
  const goesOn = async (before: Readonly<Record<string, unknown>>): Promise<void> => {
    expect(await story.runs()).toEqual(before);
    await host.send(NAME, "still there?");
  };
  /** Refused with a sentence; the audit has it, nothing waits, and what runs is as it was. */
  const refused = async (commit: string, why: string): Promise<void> => {
    const before = await story.runs();
    await host.send(NAME, `apply ${NAME}<<${commit}>>`);
    expect(audited("refuse")?.detail).toContain(why);
    expect((await host.call(operatorWire.pending, {})).approvals).toEqual([]);
    await goesOn(before);
  };

  describe("a conf file", () => {
    booted("with CRLF throughout is kept as it is, and read as meant", async () => {
      shell(
        `printf 'NOTE="two words = a value"\\nPLAIN=--a=b --c=d\\n' >>${CONF}; sed -i 's/$/\\r/' ${CONF}`,
      );
      await restarted();
      expect(given()).toContain("NOTE=two words = a value");
      expect(given()).toContain("PLAIN=--a=b --c=d");
      expect(given()).toContain("HOST_ADDRESS=");
      expect(must("cat", CONF)).toContain('NOTE="two words = a value"\r\n');
    });

    booted("that is missing is written anew", async () => {
      must("rm", CONF);
      await host.send(NAME, "still there?");
      await restarted();
      expect(must("cat", CONF)).toContain("PRIVATE_NETWORK=0");
    });

    booted("that is a directory is refused before anything is stopped", async () => {
      const before = await story.runs();
      shell(`mv ${CONF} ${CONF}.away; mkdir ${CONF}`);
      await expect(restart()).rejects.toThrow(`"${CONF}"`);
      expect(audited("restart")?.target).toBe(NAME);
      await goesOn(before);
      shell(`rmdir ${CONF}; mv ${CONF}.away ${CONF}`);
      await restarted();
    });
  });

  describe("a path that containers are to see", () => {
    const settings = (): string => host.machine.inside("/etc/hyperhive/config.json");
    const withBind = (path: string): void => {
      const before = readFileSync(settings(), "utf8");
      const all = JSON.parse(before);
      all.containers.binds_ro.push(path);
      writeFileSync(settings(), JSON.stringify(all));
      must("systemctl", "restart", "hive-c0re");
      writeFileSync(settings(), before);
    };

    booted("with a blank is refused in a sentence, and what runs goes on", async () => {
      must("mkdir", "/srv/two words");
      withBind("/srv/two words");
      const before = await story.runs();
      await expect(restart()).rejects.toThrow('the path "/srv/two words" contains white space');
      await goesOn(before);
    });

    booted("that is not there is refused in a sentence, and what runs goes on", async () => {
      withBind("/srv/nowhere");
      const before = await story.runs();
      await expect(restart()).rejects.toThrow('the directory "/srv/nowhere" is missing');
      await goesOn(before);
    });

    booted("with a colon is seen in its own place", async () => {
      shell("mkdir /srv/a:b; echo seen >/srv/a:b/file");
      withBind("/srv/a:b");
      await restarted();
      expect(must("nixos-container", "run", `h-${NAME}`, "--", "cat", "/srv/a:b/file")).toBe("seen");
      must("systemctl", "restart", "hive-c0re");
      await restarted();
    });
  });

  booted("a container destroyed behind our back is made again, with its login and state", async () => {
    await host.send(NAME, "bash<<echo kept > $HYPERHIVE_STATE_DIR/note>>");
    const { model } = await story.runs();
    must("nixos-container", "destroy", `h-${NAME}`);
    await host.waitFor("its end is seen", ({ agents }) => agents.get(NAME)?.process === "backoff");
    await host.waitFor("it runs again", ({ agents }) => agents.get(NAME)?.process === "running");
    await host.idle(NAME);
    expect(await story.runs()).toMatchObject({ model });
    expect(must("nixos-container", "run", `h-${NAME}`, "--", "cat", `/agents/${NAME}/state/note`)).toBe(
      "kept",
    );
  });

  describe("a deploy", () => {
    const FAILURES = [
      [
        "whose build runs out of disk",
        "error: writing to file: No space left on device",
        "the build ran out of disk",
      ],
      [
        "of a flake that does not evaluate",
        "error: syntax error, unexpected '}', at /etc/agent.nix:3:1",
        "the configuration does not build: error: syntax error, unexpected '}'",
      ],
    ] as const;
    for (const [what, line, sentence] of FAILURES)
      booted(`${what} fails with a sentence, and leaves what runs [cfg:atomic]`, async () => {
        const before = await story.runs();
        const { approval } = await story.propose(`m${line.length}`);
        trouble.fails("nix", line);
        expect(await story.decide()).toStartWith(sentence);
        const failed = await host.waitFor("it is shown failed", ({ approvals }) => {
          const now = approvals.get(String(approval.id));
          return now?.status === "failed" && now;
        });
        expect(failed.note).toStartWith(sentence);
        expect(audited("fail")).toMatchObject({ target: `approval ${approval.id}` });
        expect(audited("fail")?.detail).toContain(sentence);
        trouble.ends();
        await goesOn(before);
      });

    booted("that is building cannot be denied any more, and is deployed", async () => {
      const { approval, sha } = await story.propose("slow");
      trouble.waits("nix");
      const decided = story.decide();
      await host.waitFor(
        "it builds",
        ({ approvals }) => approvals.get(String(approval.id))?.status === "approved",
      );
      await expect(host.call(operatorWire.deny, { id: approval.id })).rejects.toThrow(
        `approval "${approval.id}" is approved already`,
      );
      trouble.ends();
      expect(await decided).toBe("done");
      expect((await story.runs())["flake"]).toContain(sha);
      await host.idle(NAME);
    });

    booted("that is approved from two doors at one moment is carried out once [approval:once]", async () => {
      const { approval } = await story.propose("twice");
      const door = Bun.spawn(
        [
          ...[...host.machine.inNetwork(), process.execPath, join(import.meta.dirname, "http-door.ts")],
          ...[host.machine.inside("/run/hyperhive/host.sock"), "http://127.0.0.1:7000"],
        ],
        { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
      );
      const lines = door.stdout.pipeThrough(new TextDecoderStream()).getReader();
      expect((await lines.read()).value).toBe("ready\n");
      door.stdin.write(`${approval.id}\n`);
      door.stdin.flush();
      const here = await host.call(operatorWire.approve, { id: approval.id }).then(
        () => "approved",
        (error: unknown) => String(error instanceof Error ? error.message : error),
      );
      const there = ((await lines.read()).value ?? "").trim();
      await door.exited;
      const [late, first] = [here, there].toSorted();
      expect(first).toBe("approved");
      expect(late).toStartWith(`approval "${approval.id}" is approved already, by `);
      const { approval: decided } = await host.call(operatorWire.approvalDiff, { id: approval.id });
      expect(await story.ended(decided.operation_id)).toBe("done");
      const target = `approval ${approval.id}`;
      expect(auditRows(host).filter((row) => row.action === "approve" && row.target === target)).toHaveLength(
        1,
      );
      expect(auditRows(host).filter((row) => row.action === "deploy")[0]?.detail).toContain(
        `"${approval.id}"`,
      );
      await host.idle(NAME);
    });
  });

  describe("a commit", () => {
    booted("that is not in the repository is refused", () =>
      refused("0123456789abcdef0123456789abcdef01234567", "is not in the repository at"),
    );

    booted("that is a tag is refused", async () => {
      await story.edit("git tag -a -m no no");
      const tag = must(
        ...["git", "-c", "safe.directory=*", "-C", `/var/lib/hyperhive/agents/${NAME}/config/proposed`],
        ...["rev-parse", "no"],
      );
      await refused(tag, "is a tag, not a commit");
    });

    booted("that was force-pushed away is refused", async () => {
      const gone = await story.edit("git commit -q --allow-empty -m gone");
      await story.edit("git reset -q --hard HEAD~1");
      await refused(gone, "is on no branch of");
    });

    booted(
      "that is force-pushed away after it was asked for is deployed as it was shown [approval:pinned]",
      async () => {
        const { sha } = await story.propose("pinned");
        await story.edit(
          "git reset -q --hard HEAD~1 && git reflog expire --expire=now --all && git gc -q --prune=now",
        );
        expect(await story.decide()).toBe("done");
        expect(await story.runs()).toMatchObject({ model: "pinned" });
        expect((await story.runs())["flake"]).toContain(sha);
        await host.idle(NAME);
      },
    );
  });

  describe("systemd that cannot be reached for a moment", () => {
    const SILENCE = "Failed to connect to bus: Connection refused";

    booted("is named to who asks for a restart, and the agent is there afterwards", async () => {
      trouble.fails("systemctl", SILENCE);
      await expect(restart()).rejects.toThrow(`systemd does not answer: ${SILENCE}`);
      expect(audited("restart")?.target).toBe(NAME);
      await host.waitFor("it is not shown stuck", ({ agents }) => agents.get(NAME)?.process === "running");
      trouble.ends();
      await restarted();
      await host.send(NAME, "still there?");
    });

    booted("keeps a container that ended from being started over its rest, and then it is", async () => {
      trouble.fails("systemctl", SILENCE);
      must("sh", "-c", `kill -9 $(machinectl show -p Leader --value h-${NAME})`);
      const seen = await host.waitFor("it is shown", ({ agents }) => {
        const now = agents.get(NAME);
        return now?.process === "stopping" && now;
      });
      expect(seen.reason).toStartWith("systemd does not answer");
      trouble.ends();
      await host.waitFor("it runs again", ({ agents }) => agents.get(NAME)?.process === "running");
      await host.idle(NAME);
    });

    booted("fails a spawn with a sentence, and it can be asked for again", async () => {
      trouble.fails("systemctl", SILENCE);
      const { operation_id } = await host.call(operatorWire.spawn, { name: "carl", config: {} });
      expect(await story.ended(operation_id)).toStartWith("systemd does not answer");
      trouble.ends();
      expect((await host.call(operatorWire.list, {})).agents).toEqual([NAME]);
      await host.spawn("carl");
    });
  });
});
