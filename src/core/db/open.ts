/**
 * Opens the hive's one database: checked, migrated, with its writer. Stores are built on the result by whoever
 * owns them (`stores/<noun>.ts`); nothing here knows a table.
 */
import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/clock.ts";
import { type Logger, silentLogger } from "../../platform/log.ts";
import { openSqlite, type Sqlite, sqliteError } from "../../platform/sqlite.ts";
import { HiveError } from "../../wire/errors.ts";
import { createBallast } from "./ballast.ts";
import type { Db, StorageNews } from "./db.ts";
import { MIGRATIONS, type Migration, migrate } from "./migrate.ts";
import { createOrm } from "./orm.ts";
import { createWriter } from "./writer.ts";

export interface OpenDbOptions {
  /** `S/hive.sqlite`; `S/hive.ballast` lies beside it. */
  readonly path: string;
  readonly clock: Clock;
  /** Bytes kept free for bad times; 4 MiB when absent, 0 for none. */
  readonly ballast?: number;
  readonly log?: Logger;
  /** For tests. */
  readonly migrations?: readonly Migration[];
  readonly schedule?: (run: () => void) => void;
  readonly pragmas?: Readonly<Record<string, string | number>>;
}

const BALLAST_BYTES = 4 * 1024 * 1024;
/** The WAL is cut back to this after a checkpoint. */
const WAL_KEPT_BYTES = 16 * 1024 * 1024;
/** Pages of WAL before a commit also checkpoints: 16 MiB; four times SQLite's own. */
const CHECKPOINT_PAGES = 4_000;
const UPKEEP_MS = 60_000;
const ROOM_CHECK_MS = 5_000;

export function openDb(options: OpenDbOptions): Db {
  const { path, clock, log = silentLogger } = options;
  const sqlite = openChecked(options);
  const disk = createDiskState(options);
  const writer = createWriter({
    sqlite,
    schedule: options.schedule ?? ((run) => void setImmediate(run)),
    refusal: disk.refusal,
    onStorageError: disk.failed,
    onHookError: (error) => log.error({ error }, "a hook after a commit failed"),
  });
  return {
    path,
    clock,
    sqlite,
    orm: createOrm(sqlite),
    writer,
    onStorage: disk.onNews,
    start: (signal) => upkeep({ sqlite, clock, log, signal, disk }),
    close: () => {
      writer.close();
      try {
        sqlite.exec("pragma wal_checkpoint(truncate)");
      } catch (error) {
        log.warn({ error }, "the last checkpoint failed; the next start makes up for it");
      }
      sqlite.close();
    },
  };
}

function openChecked({ path, clock, migrations = MIGRATIONS, pragmas = {} }: OpenDbOptions): Sqlite {
  let sqlite: Sqlite | undefined;
  try {
    sqlite = openSqlite(path, {
      pragmas: { journal_size_limit: WAL_KEPT_BYTES, wal_autocheckpoint: CHECKPOINT_PAGES, ...pragmas },
    });
    const problems = sqlite.prepare("pragma quick_check(5)").values().flat();
    if (problems.length !== 1 || problems[0] !== "ok") throw damaged(path, problems.join("; "));
    migrate(sqlite, clock.now(), migrations);
    return sqlite;
  } catch (error) {
    sqlite?.close();
    throw error instanceof HiveError ? error : openFailure(path, error);
  }
}

function damaged(path: string, detail: string, cause?: unknown): HiveError {
  return new HiveError("storage", `the database "${path}" is damaged: ${detail.slice(0, 300)}`, {
    hint: `keep a copy of the file and its -wal, then restore a backup, or try: sqlite3 "${path}" .recover`,
    cause,
  });
}

function openFailure(path: string, error: unknown): unknown {
  const { kind, code } = sqliteError(error);
  const text = error instanceof Error ? error.message : String(error);
  if (kind === "corrupt") return damaged(path, text, error);
  if (kind === "full") return diskFull(path, error);
  if (kind === "busy") {
    return new HiveError("conflict", `the database "${path}" is held by another program`, {
      hint: "hivectl doctor",
      cause: error,
    });
  }
  if (code === 0 || kind === "constraint") return error;
  return new HiveError("storage", `the database "${path}" cannot be opened for writing: ${text}`, {
    hint: "check the owner and the permissions of its directory",
    cause: error,
  });
}

function diskFull(path: string, cause?: unknown): HiveError {
  return new HiveError("storage", `the disk that holds "${path}" is full; nothing was accepted`, {
    hint: "free some space, then try again",
    cause,
  });
}

interface DiskState {
  refusal(): HiveError | undefined;
  failed(error: unknown): HiveError;
  onNews(listener: (news: StorageNews) => void): () => void;
  /** Looks for room, at most every few seconds. */
  check(): void;
}

function createDiskState({
  path,
  clock,
  ballast: bytes = BALLAST_BYTES,
  log = silentLogger,
}: OpenDbOptions): DiskState {
  const ballast = createBallast({ path: `${path.replace(/\.sqlite$/, "")}.ballast`, bytes });
  const listeners = new Set<(news: StorageNews) => void>();
  let checkedAt = clock.monotonic();
  const tell = (news: StorageNews): void => {
    log[news.level]({ path }, news.text);
    for (const listener of listeners) listener(news);
  };
  if (!ballast.restore()) log.warn({ path, bytes }, "there is no room for the ballast file");

  const check = (): void => {
    if (!ballast.spent || clock.monotonic() - checkedAt < ROOM_CHECK_MS) return;
    checkedAt = clock.monotonic();
    if (ballast.restore()) tell({ level: "info", text: "the disk has room again; messages are accepted" });
  };

  return {
    check,
    onNews: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refusal: () => {
      check();
      return ballast.spent ? diskFull(path) : undefined;
    },
    failed: (error) => {
      const { kind, code } = sqliteError(error);
      if (kind === "full" || (code & 0xff) === 10) {
        const first = !ballast.spent;
        ballast.spend();
        checkedAt = clock.monotonic();
        if (first)
          tell({ level: "error", text: "the disk is full: new messages are refused until there is room" });
        return diskFull(path, error);
      }
      const text = error instanceof Error ? error.message : String(error);
      if (kind === "corrupt") return damaged(path, text, error);
      return new HiveError(
        "storage",
        `the database "${path}" cannot be written now: ${text}; nothing was accepted`,
        {
          hint: "hivectl doctor",
          cause: error,
        },
      );
    },
  };
}

interface UpkeepOptions {
  readonly sqlite: Sqlite;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly disk: DiskState;
}

function upkeep({ sqlite, clock, log, signal, disk }: UpkeepOptions): void {
  const turn = (): void => {
    if (signal.aborted) return;
    try {
      disk.check();
      sqlite.exec("pragma wal_checkpoint(passive)");
    } catch (error) {
      log.warn({ error }, "a checkpoint failed");
    }
    arm();
  };
  let timer = { cancel: (): void => {} };
  const arm = (): void => {
    timer = clock.timer(UPKEEP_MS, turn);
  };
  signal.addEventListener("abort", () => timer.cancel(), { once: true });
  arm();
}
