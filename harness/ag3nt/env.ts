/** The environment the harness is started with, parsed once. */
import { isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import type { Env } from "../../src/platform/spawn.ts";
import { HiveError } from "../../src/wire/errors.ts";
import { AGENT_NAME_RULE, isAgentName } from "../../src/wire/ids.ts";

const Name = z.string({ error: "is not set" }).refine(isAgentName, { error: AGENT_NAME_RULE });

const Schema = z.object({
  HIVE_AGENT: Name,
  HIVE_AGENT_SOCKET: z.string().min(1).default("/run/hive/hive.sock"),
  HYPERHIVE_STATE_DIR: z.string().min(1).optional(),
  HOME: z.string().min(1).optional(),
  CLAUDE_CONFIG_DIR: z.string().min(1).optional(),
  HIVE_CLAUDE: z.string().min(1).default("claude"),
  HIVE_SESSION_TITLE: z.string().min(1).max(200).default("hive-session"),
  HIVE_WEB_HOST: z.string().min(1).default("127.0.0.1"),
  HIVE_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

export interface HarnessEnv {
  readonly agent: string;
  readonly socket: string;
  readonly stateDir: string;
  readonly configDir: string;
  readonly claude: string;
  readonly title: string;
  readonly webHost: string;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** All of it, for children. */
  readonly raw: Env;
}

export function readHarnessEnv(env: Env): HarnessEnv {
  const parsed = Schema.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new HiveError("invalid", `environment variable "${String(issue?.path[0])}" ${issue?.message}`, {
      hint: "hive-ag3nt is started by hive-c0re: hivectl agent start NAME",
    });
  }
  const value = parsed.data;
  const stateDir = resolve(value.HYPERHIVE_STATE_DIR ?? `/agents/${value.HIVE_AGENT}/state`);
  const home = value.HOME ?? `/home/${value.HIVE_AGENT}`;
  const configDir = value.CLAUDE_CONFIG_DIR ?? join(home, ".claude");
  if (!isAbsolute(configDir))
    throw new HiveError("invalid", `environment variable "CLAUDE_CONFIG_DIR" is not an absolute path`);
  return {
    agent: value.HIVE_AGENT,
    socket: value.HIVE_AGENT_SOCKET,
    stateDir,
    configDir,
    claude: value.HIVE_CLAUDE,
    title: value.HIVE_SESSION_TITLE,
    webHost: value.HIVE_WEB_HOST,
    logLevel: value.HIVE_LOG_LEVEL,
    raw: { ...env, HOME: home },
  };
}
