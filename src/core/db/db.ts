/** What stores are built on. Services get stores and the writer, never the connection. */
import type { Clock } from "../../lib/clock.ts";
import type { Sqlite } from "../../platform/sqlite.ts";
import type { Orm } from "./orm.ts";
import type { GroupWriter } from "./writer.ts";

export interface StorageNews {
  readonly level: "info" | "error";
  readonly text: string;
}

export interface Db {
  readonly path: string;
  readonly clock: Clock;
  /** For statements that drizzle cannot say: full-text search, `safeIntegers`. */
  readonly sqlite: Sqlite;
  readonly orm: Orm;
  readonly writer: GroupWriter;
  /** The disk filled up, or has room again. */
  onStorage(listener: (news: StorageNews) => void): () => void;
  /** Checkpoints now and then, and puts the ballast back when there is room. */
  start(signal: AbortSignal): void;
  /** Commits what waits, folds the WAL into the file and closes it. */
  close(): void;
}
