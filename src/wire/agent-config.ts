/**
 * What an agent is, as data: the content of `agent.json` (`/etc/hyperhive/agent.json` on NixOS).
 * The one schema: the NixOS options render exactly this, and hive-c0re validates it before anything starts.
 */
import { z } from "zod";
import { AgentName, Effort, Model } from "./ids.ts";

/** The agent that may ask for spawns and schedules; otherwise an agent like any other. */
export const MANAGER_NAME = "hm1nd";

export const Role = z.enum(["manager", "agent"]);
export type Role = z.output<typeof Role>;

/** Aliases that always mean something; any full name is taken as well. */
export const MODELS = ["opus", "sonnet", "haiku"] as const;

/** An address, a network, or one of systemd's words for them. */
const IpRange = z.union([
  z.enum(["any", "localhost", "link-local", "multicast"]),
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
]);

export const AgentLimits = z.strictObject({
  /** Most memory of the agent with all its children, in bytes. Absent: no limit. */
  memory_max_bytes: z.int().positive().optional(),
  /** Most processes and threads. */
  tasks_max: z.int().positive().optional(),
  /** Most processor time, in percent of one core. */
  cpu_quota_percent: z.int().positive().optional(),
  /** Networks it may reach although `ip_address_deny` names them, e.g. `192.0.2.0/24`. Loopback always is one. */
  ip_address_allow: z.array(IpRange).optional(),
  /** Networks it may not reach; `any` for all of them. Absent: no limit. */
  ip_address_deny: z.array(IpRange).optional(),
});

export const AgentConfig = z.strictObject({
  role: Role.default("agent"),
  /** Alias (`sonnet`, `opus`, `haiku`) or full model name. Absent: claude's own default. */
  model: Model.optional(),
  /** How long the model thinks. Absent: claude's own default. */
  effort: Effort.optional(),
  /** Added to the hive's system prompt for this agent. */
  system_prompt: z
    .string()
    .max(64 * 1024)
    .optional(),
  /** Whom it may write to; `["*"]` everybody. The operator and the manager are always allowed. */
  allowed_recipients: z.array(z.union([z.literal("*"), z.literal("operator"), AgentName])).default(["*"]),
  /** Names of nixpkgs packages it has at hand, e.g. `ripgrep`. Backends that install nothing say so at the spawn. */
  packages: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_'+-]*(?:\.[A-Za-z_][A-Za-z0-9_'+-]*)*$/, {
          error: "a package is named as in nixpkgs, e.g. ripgrep or python3Packages.requests",
        })
        .max(100),
    )
    .max(100)
    .default([]),
  /** How long claude stays in memory after a turn, in seconds. */
  warm_seconds: z.int().min(0).max(86_400).default(120),
  /** A turn without any output for this long is interrupted, then claude is restarted; in seconds. */
  turn_idle_seconds: z.int().min(1).max(86_400).default(600),
  /** Longest run of one bash command before its process group is killed, in seconds. */
  bash_timeout_seconds: z.int().min(1).max(86_400).default(600),
  /** Names of claude's built-in tools that stay on. bash comes from the hive's own server. */
  tools: z
    .array(z.string().regex(/^[A-Za-z]{1,40}$/))
    .default(["Read", "Edit", "Write", "Glob", "Grep", "WebFetch", "WebSearch", "Task"]),
  limits: AgentLimits.prefault({}),
});
export type AgentConfig = z.output<typeof AgentConfig>;
/** What a configuration says that is not the default anyway; for people who decide about it. */
export function chosenFields(config: unknown): readonly (readonly [name: string, value: unknown])[] {
  const given = z.record(z.string(), z.unknown()).safeParse(config).data ?? {};
  const usual: Readonly<Record<string, unknown>> = AgentConfig.parse({});
  return Object.entries(given).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
}

export type AgentConfigInput = z.input<typeof AgentConfig>;
