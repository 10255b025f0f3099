/**
 * The files claude is started with: tool servers (with their token), its settings, and the agent's system prompt.
 * Written beside our other private files; a change of content is a change of version, which restarts claude.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeFileAtomic } from "../../src/platform/atomic-file.ts";
import type { HarnessSettings } from "../../src/wire/link.ts";
import type { LaunchFiles } from "./engine.ts";

export interface LaunchContent {
  readonly mcpConfig: object;
  readonly claudeSettings: string;
  readonly systemPrompt: (settings: HarnessSettings) => string;
}

export interface LaunchFileWriter {
  /** Call it with each settings. */
  update(settings: HarnessSettings): void;
  readonly files: LaunchFiles;
}

export function createLaunchFiles(directory: string, content: LaunchContent): LaunchFileWriter {
  const mcpConfigFile = join(directory, "mcp.json");
  const settingsFile = join(directory, "claude-settings.json");
  const systemPromptFile = join(directory, "system-prompt.md");
  writeFileAtomic(mcpConfigFile, `${JSON.stringify(content.mcpConfig)}\n`);
  writeFileAtomic(settingsFile, content.claudeSettings);
  let prompt: string | undefined;
  let fileVersion: string | undefined;
  return {
    update: (settings) => {
      const next = content.systemPrompt(settings);
      if (next === prompt) return;
      writeFileAtomic(systemPromptFile, next);
      prompt = next;
      fileVersion = createHash("sha256").update(next).digest("hex").slice(0, 16);
    },
    get files() {
      return { mcpConfigFile, settingsFile, systemPromptFile, fileVersion };
    },
  };
}
