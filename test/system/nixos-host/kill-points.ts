// Ends hive-c0re just before a call by which it would change something: every such call of a piece of work in turn.
import { operatorWire } from "../../../src/wire/wire.ts";
import type { NixosHost } from "./nixos-host.ts";

const PROGRAMS = ["git", "nix", "systemctl", "systemd-run", "umount", "chattr"];
const DIR = "/usr/local/lib/kill-at";

export interface KillPoints {
  /** Approves it, and gives the calls it took. Nothing is killed. */
  count(id: bigint): Promise<string[]>;
  /** How it ended, or will. */
  ended(id: bigint): Promise<Outcome>;
  /** Approves it, kills the daemon at its `at`th call, and gives how it ended once the daemon is back. */
  kill(id: bigint, at: number): Promise<Outcome>;
}

export interface Outcome {
  /** The daemon was killed: there was such a call. */
  readonly killed: boolean;
  readonly status: "approved" | "failed";
  readonly note: string;
}

/** From now on the daemon of this host calls its programs through `files/kill-at`. */
export async function killPoints(host: NixosHost): Promise<KillPoints> {
  const must = (script: string): string => host.machine.must("sh", "-ec", script);
  const links = PROGRAMS.map((name) => `ln -sf /usr/local/lib/nixos-host/kill-at ${DIR}/${name}`).join("; ");
  const path = `${DIR}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  const unit = "/etc/systemd/system/hive-c0re.service.d";
  must(`mkdir -p ${DIR} ${unit}; ${links}
    printf '[Service]\\nEnvironment=HYPERHIVE_GIT=${DIR}/git PATH=${path}\\nStartLimitIntervalSec=0\\n' > ${unit}/kill-at.conf
    systemctl daemon-reload; systemctl restart hive-c0re`);
  const arm = (at: number): string =>
    must(`rm -rf /run/kill-at; mkdir /run/kill-at; echo ${at} > /run/kill-at/at`);
  const isArmed = (): boolean => host.machine.run(["test", "-e", "/run/kill-at/at"]).code === 0;
  const ended = async (id: bigint): Promise<Outcome> => {
    const { status, note = "" } = await host.waitFor(
      "what was approved has ended",
      ({ approvals, operations }) => {
        const approval = approvals.get(String(id));
        if (approval === undefined || approval.status === "pending") return undefined;
        const done = operations.get(approval.operation_id ?? "")?.state === "done";
        return done || approval.status === "failed" ? approval : undefined;
      },
      90_000,
    );
    return { killed: !isArmed(), status: status as Outcome["status"], note };
  };
  const decide = async (id: bigint): Promise<Outcome> => {
    // The answer may be what the kill cuts off.
    await host.call(operatorWire.approve, { id }).catch(() => {});
    return ended(id);
  };
  return {
    ended,
    count: async (id) => {
      arm(0);
      await decide(id);
      return must("cat /run/kill-at/calls; rm -r /run/kill-at").split("\n");
    },
    kill: async (id, at) => {
      arm(at);
      return decide(id);
    },
  };
}
