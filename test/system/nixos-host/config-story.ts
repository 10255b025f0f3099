// An agent's configuration on a test host: edited by an agent's own hands, asked for, decided, and what runs of it.
import { Database } from "bun:sqlite";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Approval } from "../../../src/wire/approvals.ts";
import { operatorWire } from "../../../src/wire/wire.ts";
import type { NixosHost } from "./nixos-host.ts";

export interface ConfigStory {
  /** The request that waits. */
  pending(): Promise<Approval>;
  /** Approves what waits: "done", or why it failed. */
  decide(): Promise<string>;
  ended(operation_id: string | undefined): Promise<string>;
  /** Has the writer run this in its work tree; gives the commit that is then checked out. */
  edit(script: string): Promise<string>;
  /** Commits another model and asks for it. */
  propose(model: string): Promise<{ readonly sha: string; readonly approval: Approval }>;
  /** Everything a deploy would move. */
  runs(): Promise<Readonly<Record<string, unknown>>>;
}

/** `writer` works on the configuration of `agent`. */
export function configStory(host: NixosHost, agent: string, writer: string): ConfigStory {
  const must = (...command: string[]): string => host.machine.must(...command);
  const where = writer === agent ? "$HYPERHIVE_CONFIG_DIR" : `/configs/${agent}`;
  const tree = writer === agent ? `${agent}/config/proposed` : `${writer}/config/others/${agent}`;
  const story: ConfigStory = {
    pending: () =>
      host.waitFor("a request waits", ({ approvals }) =>
        [...approvals.values()].find(({ status }) => status === "pending"),
      ),
    decide: async () => {
      const { id } = await story.pending();
      await host.call(operatorWire.approve, { id });
      const { approval } = await host.call(operatorWire.approvalDiff, { id });
      return story.ended(approval.operation_id);
    },
    ended: (operation_id) =>
      host.waitFor("it has ended", ({ operations }) => {
        const { state, error } = operations.get(operation_id ?? "") ?? {};
        return state === "failed" ? error : state === "done" && state;
      }),
    edit: async (script) => {
      await host.send(writer, `bash<<cd ${where} && ${script}>>`);
      const git = ["git", "-c", "safe.directory=*", "-C", `/var/lib/hyperhive/agents/${tree}`];
      return must(...git, "rev-parse", "HEAD");
    },
    propose: async (model) => {
      const line = `"role": "agent", "model": "${model}",`;
      const sha = await story.edit(
        `sed -i 's/"role": "agent",.*/${line}/' agent.json && git commit -qam ${model}`,
      );
      await host.send(writer, `apply ${agent}<<${sha}>>`);
      return { sha, approval: await story.pending() };
    },
    runs: async () => ({
      pid: must("systemctl", "show", "--value", "-p", "MainPID", `container@h-${agent}`),
      system: must("readlink", "-f", `/nix/var/nix/profiles/per-container/h-${agent}/system`),
      flake: must("git", "-C", "/var/lib/hyperhive/meta", "show", "HEAD:flake.nix"),
      model: (await host.call(operatorWire.agent, { name: agent })).config.model,
    }),
  };
  return story;
}

export interface AuditEntry {
  readonly action: string;
  readonly target: string | null;
  readonly detail: string | null;
}

/** Newest first. Of a copy: the file is the daemon's. */
export function auditRows({ machine }: NixosHost, limit = 20): readonly AuditEntry[] {
  const dir = mkdtempSync(join(tmpdir(), "hive-audit-"));
  try {
    for (const file of ["hive.sqlite", "hive.sqlite-wal"])
      copyFileSync(machine.inside(`/var/lib/hyperhive/${file}`), join(dir, file));
    using db = new Database(join(dir, "hive.sqlite"));
    const query = "select action, target, detail from audit order by seq desc limit ?";
    return db.query<AuditEntry, [number]>(query).all(limit);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
