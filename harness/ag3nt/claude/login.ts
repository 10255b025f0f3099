/** Notices that claude's stored login changed. Whether it is good only the next turn tells. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../../src/lib/clock.ts";

const LOOK_MS = 2_000;

export interface WatchLoginOptions {
  readonly configDir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** By looking, not by a watch: the file is replaced, and it may live on a mount from outside. */
function fingerprint(configDir: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(join(configDir, ".credentials.json"));
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return "none";
  }
}

/** True when it changed, false when the signal came first. A login that is taken away is no reason to try. */
export async function watchLogin(options: WatchLoginOptions): Promise<boolean> {
  const { configDir, clock, signal } = options;
  const before = fingerprint(configDir);
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => {});
    const now = fingerprint(configDir);
    if (!signal.aborted && now !== before && now !== "none") return true;
  }
  return false;
}
