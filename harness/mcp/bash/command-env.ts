/**
 * What a command of the agent finds in its environment: what programs need to work, by name. Everything else stays
 * out, so that keys and tokens of the harness are not there to be printed.
 */
import type { Env } from "../../../src/platform/spawn.ts";

const PASSED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TZDIR",
  "TMPDIR",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "LOCALE_ARCHIVE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NIX_SSL_CERT_FILE",
  "NIX_PATH",
  "NIX_PROFILES",
  "TERMINFO_DIRS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HYPERHIVE_STATE_DIR",
  "HYPERHIVE_CONFIG_DIR",
  "HIVE_AGENT",
  // By these the supervisor and the harness find what an agent left behind.
  "HIVE_OWNER",
  // The next harness ends by it what a killed one left running.
  "HIVE_CLAUDE_OF",
]);
const PASSED_PREFIX = /^(LC_|XDG_)/;

/** The entry that finds a command's processes, also those that left its group. */
export function commandTag(id: string): string {
  return `HIVE_COMMAND=${id}`;
}

export function commandEnv(env: Env, id: string): Record<string, string> {
  const passed: Record<string, string> = {
    PATH: "/run/current-system/sw/bin:/usr/local/bin:/usr/bin:/bin",
    LANG: "C.UTF-8",
  };
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (PASSED.has(name) || PASSED_PREFIX.test(name))) passed[name] = value;
  }
  // No terminal and nobody at a keyboard: nothing may page or ask.
  return {
    ...passed,
    TERM: "dumb",
    PAGER: "cat",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
    HIVE_COMMAND: id,
  };
}
