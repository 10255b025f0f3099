/**
 * The texts an agent is given: its system prompt and claude's settings. `HYPERHIVE_ASSETS` names a directory whose
 * files stand in for the built-in ones, file by file.
 */
import { join } from "node:path";
import claudeSettings from "../../assets/claude-settings.json" with { type: "json" };
import systemPrompt from "../../assets/system-prompt.md" with { type: "text" };
import managerPrompt from "../../assets/system-prompt-manager.md" with { type: "text" };
import { readFileNoFollow } from "../../src/platform/atomic-file.ts";
import { errnoOf, messageOf } from "../../src/platform/errno.ts";
import type { Env } from "../../src/platform/spawn.ts";
import { HiveError } from "../../src/wire/errors.ts";

export interface PromptValues {
  readonly agent: string;
  readonly stateDir: string;
  readonly role: "manager" | "agent";
  /** From the agent's own configuration. */
  readonly extra?: string | undefined;
}

export interface HarnessAssets {
  readonly systemPrompt: (values: PromptValues) => string;
  /** JSON for claude's `--settings`. */
  readonly claudeSettings: string;
}

export function loadHarnessAssets(env: Env): HarnessAssets {
  const dir = env["HYPERHIVE_ASSETS"];
  const text = (name: string, builtIn: string): string =>
    (dir === undefined ? undefined : own(dir, name)) ?? builtIn;
  const prompt = text("system-prompt.md", systemPrompt);
  const manager = text("system-prompt-manager.md", managerPrompt);
  const settings = text("claude-settings.json", JSON.stringify(claudeSettings));
  return {
    systemPrompt: (values) => fill(prompt, manager, values),
    claudeSettings: checkedJson(settings, dir),
  };
}

function own(dir: string, name: string): string | undefined {
  try {
    return readFileNoFollow(join(dir, name)).toString("utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw new HiveError("invalid", `"${join(dir, name)}" cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** claude ignores a broken settings file without a word. */
function checkedJson(text: string, dir: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new HiveError("invalid", `"${join(dir ?? "", "claude-settings.json")}" is not JSON`, { cause });
  }
}

/** In one pass: what is put in is not looked through for more places. */
function fill(prompt: string, manager: string, values: PromptValues): string {
  const { agent, stateDir, role, extra } = values;
  const places: Readonly<Record<string, string>> = {
    name: agent,
    state_dir: stateDir,
    manager: role === "manager" ? manager : "",
    extra: extra === undefined || extra.trim() === "" ? "" : `\n# About you\n\n${extra.trim()}\n`,
  };
  return prompt
    .replace(/\{\{([a-z_]+)\}\}/g, (whole, key: string) => places[key] ?? whole)
    .trimEnd()
    .concat("\n");
}
