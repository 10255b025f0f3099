/** The daemon's command line: `serve`, `check-config`, `check-agent`. What runs is put together in main-hive.ts. */
import process from "node:process";
import { messageOf } from "../platform/errno.ts";
import { ERRORS, HiveError } from "../wire/errors.ts";
import { versionLine } from "../wire/version.ts";
import { HELP, readCommandLine } from "./main-options.ts";
import {
  loadSettings,
  readSettingsFile,
  readText,
  Settings,
  settingsProblems,
  withPlaces,
} from "./settings.ts";

/** Says in its last line what went wrong and what to do next; the exit code is the error table's. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    // Not left to the event loop: what is over must not be held open by somebody's last timer.
    process.exit(await runFace(words));
  } catch (error) {
    const known = error instanceof HiveError ? error : undefined;
    console.error(`hive-c0re: ${known === undefined ? startFailure(error) : messageOf(error)}`);
    if (known?.hint !== undefined) console.error(`  next: ${known.hint}`);
    process.exit(ERRORS[known?.code ?? "internal"].exit);
  }
}

function startFailure(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function runFace(words: readonly string[]): Promise<number> {
  const line = readCommandLine(words);
  switch (line.command) {
    case "help":
      console.log(HELP);
      return 0;
    case "version":
      console.log(versionLine("hive-c0re"));
      return 0;
    case "check-config":
      return checkConfig(line.file);
    case "check-agent":
      return checkAgent(line.file);
    case "serve": {
      const settings = loadSettings({ file: line.config, flags: line.flags, env: process.env });
      const { serve } = await import("./main-serve.ts");
      return serve(settings);
    }
  }
}

/** `ok`, or each problem on a line of its own. */
function checkConfig(file: string): number {
  const parsed = Settings.safeParse(withPlaces(readSettingsFile(file), process.env));
  if (parsed.success) {
    console.log("ok");
    return 0;
  }
  for (const problem of settingsProblems(parsed.error)) console.log(`${file}: ${problem}`);
  return ERRORS.invalid.exit;
}

/** An agent.json, as a deploy would take it. NixOS builds no system of an agent whose file is refused here. */
async function checkAgent(file: string): Promise<number> {
  const { parseAgentJson } = await import("./config/agent-json.ts");
  parseAgentJson(readText(file, "agent file"));
  console.log("ok");
  return 0;
}
