/** Which executables the hive starts: the harness beside its own, and claude. Whether they work is said at a start. */
import { dirname, join } from "node:path";
import { execPath, isCompiled } from "../platform/runtime.ts";
import { findProgram } from "./lifecycle/find-program.ts";
import type { Env, Settings } from "./settings.ts";

export function harnessPath({ harness_path }: Settings): string {
  const beside = isCompiled() ? dirname(execPath()) : join(import.meta.dirname ?? "", "../../dist");
  return harness_path ?? join(beside, "hive-ag3nt");
}

/** Undefined when there is none. */
export function claudePath({ claude_path }: Settings, env: Env): string | undefined {
  return claude_path ?? findProgram("claude", env["PATH"] ?? "");
}
