/** claude's command line and environment. Everything is explicit: no setting of the surroundings takes part. */
import type { Env } from "../../../src/platform/spawn.ts";

export interface LaunchOptions {
  /** Absolute path, or a name to look up in PATH. */
  readonly claude: string;
  readonly title: string;
  readonly model?: string | undefined;
  readonly effort?: string | undefined;
  readonly tools: readonly string[];
  /** Absent: claude's own prompt alone. */
  readonly systemPromptFile?: string | undefined;
  readonly mcpConfigFile?: string | undefined;
  readonly settingsFile?: string | undefined;
  /** Changes with what is in the files, so that a running claude is known to be out of date. */
  readonly fileVersion?: string | undefined;
  /** Only compaction needs them: they make the text of a message a command. */
  readonly slashCommands?: boolean;
}

export interface SessionRef {
  readonly id: string;
  readonly resume: boolean;
}

export function claudeArgv(options: LaunchOptions, session: SessionRef): readonly string[] {
  const { claude, title, model, effort, tools } = options;
  const argv = [claude, "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
  argv.push("--include-partial-messages", "--replay-user-messages");
  argv.push(session.resume ? "--resume" : "--session-id", session.id, "--name", title);
  if (model !== undefined) argv.push("--model", model);
  if (effort !== undefined) argv.push("--effort", effort);
  if (options.systemPromptFile !== undefined)
    argv.push("--append-system-prompt-file", options.systemPromptFile);
  argv.push("--strict-mcp-config");
  if (options.mcpConfigFile !== undefined) argv.push("--mcp-config", options.mcpConfigFile);
  argv.push("--setting-sources", "");
  if (options.settingsFile !== undefined) argv.push("--settings", options.settingsFile);
  argv.push("--permission-mode", "bypassPermissions", "--tools", tools.join(","));
  if (options.slashCommands !== true) argv.push("--disable-slash-commands");
  return argv;
}

/** Of the surroundings; the rest would be a hidden setting, or a secret that leaks into tools. */
const PASSED = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TERM", "SHELL", "TMPDIR"];
const PASSED_ALSO = ["XDG_RUNTIME_DIR", "WAYLAND_DISPLAY", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];
const PASSED_PROXY = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
const PASSED_PREFIX = /^(ANTHROPIC_|CLAUDE_|HIVE_AGENT$|HYPERHIVE_STATE_DIR$|HIVE_OWNER$|ENABLE_CLAUDEAI_)/;

/** Entry of the environment that every claude of this agent and its children carry, over restarts of ours. */
export function claudeTag(stateDir: string): string {
  return `HIVE_CLAUDE_OF=${stateDir}`;
}

export function claudeEnv(surroundings: Env, stateDir: string): Env {
  const env: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(surroundings)) {
    const named = [...PASSED, ...PASSED_ALSO, ...PASSED_PROXY].includes(name);
    if (value !== undefined && (named || PASSED_PREFIX.test(name))) env[name] = value;
  }
  return {
    LANG: "C.UTF-8",
    // bypassPermissions as root needs exactly this.
    IS_SANDBOX: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    MCP_CONNECT_TIMEOUT_MS: "15000",
    ...env,
    // A background task would give a second result long after the turn.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
    // An `@/path` in a message would read that file.
    CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
    ENABLE_TOOL_SEARCH: "false",
    ENABLE_CLAUDEAI_MCP_SERVERS: env["ENABLE_CLAUDEAI_MCP_SERVERS"] ?? "false",
    [claudeTag(stateDir).split("=")[0] ?? "HIVE_CLAUDE_OF"]: stateDir,
  };
}
