/**
 * Side effects of tool calls, once for each key. A killed claude forgets its unanswered call and may repeat it;
 * the repeat finds the stored result and does nothing.
 */
import { HiveError } from "../../wire/errors.ts";
import type { Tx } from "../db/tx.ts";
import type { OnceOptions } from "../services.ts";
import type { BrokerContext } from "./context.ts";

/** Runs `act`, or returns what it answered the first time. Results must survive JSON (bigint included). */
export async function once<T>(context: BrokerContext, options: OnceOptions, act: (tx: Tx) => T): Promise<T> {
  const { db } = context;
  const action = (tx: Tx): { result: T } => ({ result: runOnce(context, { tx, ...options }, act) });
  return (await db.writer.write(action)).result;
}

function runOnce<T>(
  { effects, clock }: BrokerContext,
  options: OnceOptions & { readonly tx: Tx },
  act: (tx: Tx) => T,
): T {
  const { tx, agent, lease_id, effect_key: key, tool, summary } = options;
  if (key === undefined) return act(tx);
  const first = effects.find(agent, key);
  if (first !== undefined && first.tool !== tool) {
    throw new HiveError("conflict", `this effect key was used for "${first.tool}"`);
  }
  if (first !== undefined) return decode(first.result) as T;
  const result = act(tx);
  const row = {
    agent,
    key,
    lease_id: lease_id ?? null,
    tool,
    summary,
    result: encode(result),
    at: clock.now(),
  };
  effects.insert(tx, row);
  return result;
}

/** Small bigints would come back as numbers. */
function encode(value: unknown): string {
  return JSON.stringify({ value }, (_key, item: unknown) =>
    typeof item === "bigint" ? { $bigint: item.toString() } : item,
  );
}

function decode(text: string): unknown {
  const parsed = JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== "object" || item === null || !("$bigint" in item)) return item;
    return BigInt(String(item.$bigint));
  }) as { value?: unknown };
  return parsed.value;
}

/** One line of at most 120 characters, for `already_done`. */
export function summarize(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
