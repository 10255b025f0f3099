/** Which executables the hive starts: the harness beside its own, and claude. */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { execPath, isCompiled } from "../platform/runtime.ts";
import { HiveError } from "../wire/errors.ts";
import type { Env, Settings } from "./settings.ts";

export function findHarness({ harness_path }: Settings): string {
  const beside = isCompiled() ? dirname(execPath()) : join(import.meta.dirname ?? "", "../../dist");
  const path = harness_path ?? join(beside, "hive-ag3nt");
  if (existsSync(path)) return path;
  throw new HiveError("not_found", `the harness "${path}" does not exist`, {
    hint: 'scripts/build, or set "harness_path" in the settings',
  });
}

/** Undefined when there is none: agents then say so themselves, and doctor does. */
export function findClaude({ claude_path }: Settings, env: Env): string | undefined {
  if (claude_path !== undefined) {
    if (isExecutable(claude_path)) return claude_path;
    throw new HiveError("not_found", `the claude "${claude_path}" cannot be run`, {
      hint: 'correct "claude_path" in the settings',
    });
  }
  const places = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return places.map((dir) => join(dir, "claude")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
