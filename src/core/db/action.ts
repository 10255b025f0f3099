/**
 * One action inside a transaction: what it may hand back, what runs after its commit, and what is undone when its
 * changes do not stay. Grouping is batch.ts's, the queue writer.ts's.
 */
import { sqliteError } from "../../platform/sqlite.ts";
import type { Tx } from "./tx.ts";

export interface Done {
  readonly ok: true;
  readonly value: unknown;
  readonly hooks: readonly (() => void)[];
  readonly undo: readonly (() => void)[];
}

export type Outcome = Done | { readonly ok: false; readonly error: unknown };

/** Errors after which SQLite may have rolled back everything: the whole batch has failed. */
export function isStorageError(error: unknown): boolean {
  const { kind, code } = sqliteError(error);
  return (
    kind === "full" || kind === "readonly" || kind === "corrupt" || kind === "busy" || (code & 0xff) === 10
  );
}

function refusePromise(value: unknown): void {
  if (typeof value !== "object" || value === null || !("then" in value)) return;
  if (typeof value.then !== "function") return;
  (value as PromiseLike<unknown>).then(undefined, () => {});
  throw new TypeError("a write must not return a promise: its work would run after the commit");
}

/** Open while its action runs, with what to do when its changes are rolled back. */
const live = new WeakMap<Tx, (() => void)[]>();

/** Throws when the transaction has ended. Stores may call it; the writer cannot see what they do. */
export function assertLive(tx: Tx): void {
  if (!live.has(tx)) throw new TypeError("the transaction has ended: await nothing between its statements");
}

/** For what is remembered outside the database: runs when the changes of this action do not stay. */
export function onRollback(tx: Tx, undo: () => void): void {
  live.get(tx)?.push(undo);
}

export function runAll(hooks: readonly (() => void)[]): void {
  for (const hook of hooks) hook();
}

export function runAction<T>(action: (tx: Tx) => T): Done & { readonly value: T } {
  const hooks: (() => void)[] = [];
  const undo: (() => void)[] = [];
  const tx = { afterCommit: (hook: () => void) => void hooks.push(hook) } as Tx;
  live.set(tx, undo);
  try {
    const value = action(tx);
    refusePromise(value);
    return { ok: true, value, hooks, undo };
  } catch (error) {
    runAll(undo);
    throw error;
  } finally {
    live.delete(tx);
  }
}
