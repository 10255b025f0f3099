// A host as NixOS would be one for us, for tests: hive-c0re as its unit, containers as imperative NixOS containers,
// real systemd, nspawn, journald, nix. Doubles, in files/: container@.service, `nixos-container`, hyperhive's flake.
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { call } from "../../../src/client/call.ts";
import { hostTransport } from "../../../src/hivectl/connect.ts";
import type { AgentConfigInput } from "../../../src/wire/agent-config.ts";
import type { CallInput, Endpoint, Output } from "../../../src/wire/endpoint.ts";
import { operatorWire } from "../../../src/wire/wire.ts";
import { claudePath, hivePrograms } from "../../support/hive-programs.ts";
import { puppetRules } from "../../support/hive-rules.ts";
import { type Follower, type Found, followHive, type HiveView } from "../../support/hive-view.ts";
import { simulatorEnv } from "../../support/model-simulator/server.ts";
import { bootMachine, type Machine } from "./machine.ts";
import { HYPERHIVE_FLAKE, installNix } from "./nix.ts";

export interface NixosHost extends AsyncDisposable {
  readonly machine: Machine;
  readonly view: HiveView;
  call<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Output<E>>;
  waitFor<T>(what: string, find: (view: HiveView) => Found<T>, timeoutMs?: number): Promise<T>;
  spawn(name: string, config?: AgentConfigInput): Promise<void>;
  /** Resolves when it ended well. */
  done(operation_id: string): Promise<void>;
  idle(name: string, timeoutMs?: number): Promise<void>;
  /** A message whose turn ended well. */
  send(to: string, body: string): Promise<void>;
  reboot(how: "in order" | "power cut"): Promise<void>;
  log(): string;
}

const SIMULATOR_PORT = 9_876;
const FILES = join(import.meta.dirname, "files");
const PLACES = {
  "container@.service": "etc/systemd/system",
  "hive-c0re.service": "etc/systemd/system",
  "container-start": "usr/local/lib/nixos-host",
  "kill-at": "usr/local/lib/nixos-host",
  "nixos-container": "usr/local/bin",
};
const READY_MS = 40_000;

export async function startNixosHost(): Promise<NixosHost> {
  const programs = hivePrograms("/nonexistent");
  const machine = await bootMachine({
    binds: [
      [dirname(programs.core), "/opt/hyperhive"],
      [dirname(claudePath()), "/opt/claude"],
    ],
    prepare: prepareHost,
  });
  const parts: Parts = { machine, simulator: undefined, follower: undefined };
  try {
    await connect(parts);
    return assemble(parts);
  } catch (error) {
    const story = log(machine);
    await machine[Symbol.asyncDispose]();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story}`, { cause: error });
  }
}

interface Parts {
  readonly machine: Machine;
  simulator: Bun.Subprocess<"pipe"> | undefined;
  follower: Follower | undefined;
}

/** After each boot: its network and its socket are new. */
async function connect(parts: Parts): Promise<void> {
  const { machine } = parts;
  parts.simulator = startSimulator(machine);
  parts.follower = followHive(transportOf(machine), () => log(machine));
  await parts.follower.waitFor("the daemon answers", () => answers(machine), READY_MS);
}

const answers = (machine: Machine): boolean =>
  machine.run(["systemctl", "is-active", "--quiet", "hive-c0re"]).code === 0;

const transportOf = (machine: Machine) => hostTransport([machine.inside("/run/hyperhive/host.sock")]);

function assemble(parts: Parts): NixosHost {
  const { machine } = parts;
  const follower = (): Follower => {
    if (parts.follower === undefined) throw new Error("the host is down");
    return parts.follower;
  };
  const waitFor: NixosHost["waitFor"] = (what, find, timeoutMs = READY_MS) =>
    follower().waitFor(what, find, timeoutMs);
  const ask: NixosHost["call"] = (endpoint, input) => call(transportOf(machine), endpoint, input);
  const disconnect = async (): Promise<void> => {
    await parts.follower?.stop();
    parts.follower = undefined;
    parts.simulator?.kill("SIGKILL");
    await parts.simulator?.exited;
  };
  const host: NixosHost = {
    machine,
    get view() {
      return follower().view;
    },
    call: ask,
    waitFor,
    done: async (operation_id) => {
      await waitFor("the operation has ended", ({ operations }) => {
        const operation = operations.get(operation_id);
        if (operation?.state === "failed") throw new Error(operation.error);
        return operation?.state === "done";
      });
    },
    spawn: async (name, config = {}) => {
      const { operation_id } = await ask(operatorWire.spawn, { name, config });
      await host.done(operation_id);
      await host.idle(name);
    },
    idle: async (name, timeoutMs) => {
      const isIdle = ({ agents }: HiveView): boolean => {
        const row = agents.get(name);
        return row?.process === "running" && row.connected && row.state?.kind === "idle" && row.queued === 0;
      };
      await waitFor(`${name} is idle`, isIdle, timeoutMs);
    },
    send: async (to, body) => {
      const { ids } = await ask(operatorWire.send, { to, body });
      const done = ({ messages }: HiveView): boolean => messages.get(ids[0] ?? "")?.state === "handled";
      await waitFor(`"${body}" is handled`, done);
    },
    reboot: async (how) => {
      await disconnect();
      await machine.reboot(how);
      await connect(parts);
    },
    log: () => log(machine),
    [Symbol.asyncDispose]: async () => {
      await disconnect();
      await machine[Symbol.asyncDispose]();
    },
  };
  return host;
}

export function prepareHost(root: string): void {
  const place = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  for (const [name, folder] of Object.entries(PLACES)) {
    const path = place(`${folder}/${name}`);
    copyFileSync(join(FILES, name), path);
    chmodSync(path, name.endsWith(".service") ? 0o644 : 0o755);
  }
  installNix(root);
  mkdirSync(join(root, "etc/nixos-containers"), { recursive: true });
  symlinkSync("../hive-c0re.service", place("etc/systemd/system/multi-user.target.wants/hive-c0re.service"));
  symlinkSync("/dev/null", join(root, "etc/systemd/system/systemd-modules-load.service"));
  // Kept over a reboot, and where the containers' journals are linked.
  mkdirSync(join(root, "var/log/journal"), { recursive: true });
  writeFileSync(place("etc/hyperhive/config.json"), JSON.stringify(SETTINGS), { mode: 0o600 });
}

const SETTINGS = {
  state_dir: "/var/lib/hyperhive",
  runtime_dir: "/run/hyperhive",
  backend: "nixos-container",
  harness_path: "/opt/hyperhive/hive-ag3nt",
  claude_path: "/opt/claude/claude",
  claude_env: simulatorEnv(`http://127.0.0.1:${SIMULATOR_PORT}`),
  stop_agents_on_exit: false,
  containers: { binds_ro: ["/opt/hyperhive", "/opt/claude"], flake: `path:${HYPERHIVE_FLAKE}` },
};

function startSimulator(machine: Machine): Bun.Subprocess<"pipe"> {
  const program = join(import.meta.dirname, "../../support/model-simulator/main.ts");
  const limits = ["--max-requests", "100000", "--max-seconds", "900", "--while-stdin"];
  const rules = machine.inside("/root/rules.json");
  writeFileSync(rules, JSON.stringify(puppetRules()));
  const words = [process.execPath, program, "--port", String(SIMULATOR_PORT), "--script", rules, ...limits];
  return Bun.spawn([...machine.inNetwork(), ...words], { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
}

function log(machine: Machine): string {
  const say = (...command: string[]): string => machine.run(command, 10_000).stdout;
  return [
    "--- hive-c0re",
    say("journalctl", "-u", "hive-c0re", "-n", "40", "-o", "cat", "--no-pager"),
    "--- containers",
    say(
      "sh",
      "-c",
      "systemctl list-units --all 'container@*' --no-legend; tail -n +1 /etc/nixos-containers/*",
    ),
    say("journalctl", "-u", "container@*", "-n", "40", "-o", "cat", "--no-pager"),
    "--- console",
    machine.console(),
  ].join("\n");
}
