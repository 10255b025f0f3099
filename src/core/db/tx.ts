/**
 * A transaction as services see it: opaque, handed to stores. Callbacks are synchronous; a promise-returning one
 * is refused, since SQLite would commit at its first await.
 */

declare const txBrand: unique symbol;

export interface Tx {
  readonly [txBrand]: true;
  /** Runs after the commit is durable, in order; never when the transaction was rolled back. */
  afterCommit(action: () => void): void;
}

export interface WriteOptions {
  /** Goes on while the disk is full: what frees space or only moves a state. Others are refused then. */
  readonly essential?: boolean;
  /**
   * The action changes nothing but the database, so it may run again from its start when a neighbour in the group
   * failed. A group of only such writes needs no savepoints, which halves the cost of a busy hive's sends.
   */
  readonly repeatable?: boolean;
}

/** The one writer. Calls made in the same tick share one commit; each is rolled back on its own when it throws. */
export interface Writer {
  write<T>(
    action: (tx: Tx) => T extends PromiseLike<unknown> ? never : T,
    options?: WriteOptions,
  ): Promise<T>;
}
