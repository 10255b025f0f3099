/**
 * Keys that make a repeated side effect recognisable: when a broken turn runs again, hive-c0re gives the first
 * result instead of doing it twice. `lease:tool:hash of the arguments:n`, n counting equal calls in one attempt.
 */
import { createHash } from "node:crypto";

export interface EffectKeys {
  /** The key of one call; the same `toolUseId` gets the same key. */
  take(call: EffectCall): TakenKey;
  /** Counts from nought again. */
  newAttempt(): void;
}

export interface EffectCall {
  /** The lease, or what stands for it outside of a turn. */
  readonly scope: string;
  readonly tool: string;
  readonly input: unknown;
  readonly toolUseId: string | undefined;
}

export interface TakenKey {
  readonly key: string;
  /** The call was not confirmed: an equal one that follows is the same call again. */
  giveBack(): void;
}

export function createEffectKeys(): EffectKeys {
  const counts = new Map<string, number>();
  const byUse = new Map<string, string>();
  return {
    newAttempt: () => {
      counts.clear();
      byUse.clear();
    },
    take: ({ scope, tool, input, toolUseId }) => {
      const base = `${scope}:${tool}:${createHash("sha256").update(canonicalJson(input)).digest("hex")}`;
      const use = toolUseId === undefined ? undefined : `${base}:${toolUseId}`;
      const known = use === undefined ? undefined : byUse.get(use);
      if (known !== undefined) return { key: known, giveBack: () => {} };
      const n = counts.get(base) ?? 0;
      counts.set(base, n + 1);
      const key = `${base}:${n}`;
      if (use !== undefined) byUse.set(use, key);
      return {
        key,
        giveBack: () => {
          // Another equal call may have come since; then its number stays where it is.
          if (counts.get(base) === n + 1) counts.set(base, n);
        },
      };
    },
  };
}

/** JSON with sorted keys: the same arguments in another order are the same arguments. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
