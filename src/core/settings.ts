/**
 * The daemon's settings: one JSON file, overridden by flags. What is not said comes from the environment that
 * systemd or a desktop session gives. Unknown keys are refused; `hive-c0re check-config` says each problem.
 */
import { join, resolve } from "node:path";
import { z } from "zod";
import { nearest } from "../lib/nearest.ts";
import { readFileNoFollow } from "../platform/atomic-file.ts";
import { errnoOf } from "../platform/errno.ts";
import { MANAGER_NAME } from "../wire/agent-config.ts";
import { HiveError } from "../wire/errors.ts";
import { AgentName } from "../wire/ids.ts";
import { NotifySettings } from "./settings-notify.ts";

const AbsolutePath = z.string().regex(/^\/[^\0]*$/, { error: "is not an absolute path" });
const HostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, { error: "is not a host name in lower case" });

const Program = z
  .string()
  .regex(/^(\/[^\0]*|[a-z][a-z-]*)$/, { error: "is neither an absolute path nor a name" });

const Containers = z
  .strictObject({
    /** Where containers are described; `nixos-container` reads the same. */
    conf_dir: AbsolutePath.default("/etc/nixos-containers"),
    /** Their root file systems. */
    root_dir: AbsolutePath.default("/var/lib/nixos-containers"),
    /** Their systems, as profiles of nix. */
    profile_dir: AbsolutePath.default("/nix/var/nix/profiles/per-container"),
    gcroot_dir: AbsolutePath.default("/nix/var/nix/gcroots/per-container"),
    /** Where drop-ins of their units are written. */
    unit_dir: AbsolutePath.default("/run/systemd/system"),
    /** Host directories that every container sees in the same place, read-only. */
    binds_ro: z.array(AbsolutePath).default([]),
    /** Flake reference of hyperhive for the meta flake. */
    flake: z.string().min(1).default("flake:hyperhive"),
    /** Absolute, or found on the daemon's PATH. */
    programs: z
      .strictObject({
        systemctl: Program.default("systemctl"),
        journalctl: Program.default("journalctl"),
        systemd_run: Program.default("systemd-run"),
        setpriv: Program.default("setpriv"),
        nix: Program.default("nix"),
        umount: Program.default("umount"),
        chattr: Program.default("chattr"),
      })
      .prefault({}),
  })
  .prefault({});

export const Settings = z.strictObject({
  /** Everything that is kept: database, keys, agents. */
  state_dir: AbsolutePath,
  /** Sockets. */
  runtime_dir: AbsolutePath,
  /** Port of the dashboard; 0 takes any free one. */
  port: z.int().min(0).max(65_535).default(7000),
  /** Address the dashboard listens on. */
  host: z.union([z.ipv4(), z.ipv6()]).default("127.0.0.1"),
  /** Name under which a reverse proxy serves the hive with TLS. */
  domain: HostName.optional(),
  /** Root of the dashboard as a browser reaches it, when it is neither the domain nor this machine. */
  home_url: z.url({ protocol: /^https?$/ }).optional(),
  forge_url: z.url({ protocol: /^https?$/ }).optional(),
  matrix_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Further names that a Host header may say. */
  allowed_hosts: z.array(HostName).default([]),
  /** How agents run; `auto` takes bubblewrap where it works, else process, which does not isolate. */
  backend: z.string().min(1).max(40).default("auto"),
  /** The hive-ag3nt executable; beside this one when absent. */
  harness_path: AbsolutePath.optional(),
  /** The claude executable; looked for on PATH when absent. */
  claude_path: AbsolutePath.optional(),
  /** Environment of each agent's claude, by name; nothing else of ours reaches it. */
  claude_env: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  /** Name of the manager. */
  manager: AgentName.default(MANAGER_NAME),
  /** A scripted model plays; every page says so. */
  demo: z.boolean().default(false),
  /** Stop the agents with the daemon; false leaves them running, to be taken over by the next. */
  stop_agents_on_exit: z.boolean().default(true),
  /** Who may use the admin socket besides root, where this group exists and the daemon is root. */
  admin_group: z.string().min(1).max(32).default("hive-admin"),
  /** Only for agents that are NixOS containers. */
  containers: Containers,
  /** Who is told, and how, that something waits for a human. */
  notify: NotifySettings,
  limits: z
    .strictObject({
      /** Events of the timeline that are kept. */
      timeline_events: z.int().min(1_000).max(10_000_000).default(50_000),
      /** How long a lease waits for its harness to connect again, in seconds. */
      link_grace_seconds: z.number().min(0).max(600).default(10),
      /** The same after a start of the daemon. */
      boot_grace_seconds: z.number().min(0).max(600).default(30),
    })
    .prefault({}),
});
export type Settings = z.output<typeof Settings>;

export type Env = Readonly<Record<string, string | undefined>>;
export type Flags = Readonly<Partial<Record<keyof Settings, unknown>>>;

export interface LoadSettings {
  readonly file?: string | undefined;
  readonly flags: Flags;
  readonly env: Env;
}

/** Throws `invalid`, with every problem in the message. */
export function loadSettings({ file, flags, env }: LoadSettings): Settings {
  const said = { ...(file === undefined ? {} : readSettingsFile(file)), ...flags };
  const parsed = Settings.safeParse(withPlaces(said, env));
  if (parsed.success) return parsed.data;
  const problems = settingsProblems(parsed.error);
  throw new HiveError("invalid", `the settings are wrong: ${problems.join("; ")}`, {
    hint: file === undefined ? "hive-c0re --help" : `hive-c0re check-config ${file}`,
  });
}

export function readSettingsFile(file: string): Readonly<Record<string, unknown>> {
  const text = readText(file, "settings file");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HiveError("invalid", `settings file "${file}" is not JSON: ${String(error)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new HiveError("invalid", `settings file "${file}" is not one JSON object`);
}

/** `what` it is, for the sentence when it cannot be read. */
export function readText(file: string, what: string): string {
  try {
    return readFileNoFollow(resolve(file)).toString("utf8");
  } catch (error) {
    if (error instanceof HiveError) throw error;
    throw new HiveError("not_found", `${what} "${file}" cannot be read (${errnoOf(error) ?? "?"})`);
  }
}

/** systemd's directories, else the user's; the sockets lie beneath the state unless told otherwise. */
export function withPlaces(said: Readonly<Record<string, unknown>>, env: Env): Record<string, unknown> {
  const state = said["state_dir"] ?? env["STATE_DIRECTORY"] ?? userState(env);
  const moved = said["state_dir"] !== undefined;
  const runtime =
    said["runtime_dir"] ??
    (moved ? undefined : env["RUNTIME_DIRECTORY"]) ??
    (typeof state === "string" ? join(state, "run") : undefined);
  return { ...said, state_dir: state, runtime_dir: runtime };
}

function userState(env: Env): string | undefined {
  const base =
    env["XDG_STATE_HOME"] ?? (env["HOME"] === undefined ? undefined : join(env["HOME"], ".local/state"));
  return base === undefined ? undefined : join(base, "hyperhive");
}

/** One line for each problem, with its path. */
export function settingsProblems(error: z.ZodError): readonly string[] {
  const known = Object.keys(Settings.shape);
  return error.issues.flatMap((issue) => {
    const path = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [`"${path}" ${lower(issue.message)}`];
    return issue.keys.map((key) => {
      const close = nearest(key, path === "" ? known : Object.keys(Settings.shape.limits.unwrap().shape));
      const hint = close === undefined ? "" : `, did you mean "${close}"?`;
      return `"${path === "" ? key : `${path}.${key}`}" is not a setting${hint}`;
    });
  });
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
