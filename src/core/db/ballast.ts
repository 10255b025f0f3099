/**
 * A file of nothing beside the database. When the disk is full it is deleted, so that finishing turns, deleting
 * and checkpointing go on; new messages are refused until there is room for it again.
 */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface Ballast {
  /** The file is gone because the disk was full. */
  readonly spent: boolean;
  /** Frees its room; harmless when spent. */
  spend(): void;
  /** Puts it (back) in place when there is room for it twice. True when it stands. */
  restore(): boolean;
}

export interface BallastOptions {
  readonly path: string;
  /** 0: none. */
  readonly bytes: number;
}

const CHUNK = new Uint8Array(64 * 1024);

export function createBallast({ path, bytes }: BallastOptions): Ballast {
  let spent = false;

  const stands = (): boolean => {
    try {
      return statSync(path).size >= bytes;
    } catch {
      return false;
    }
  };

  /** Twice: giving the last free block to the ballast would only fill the disk again. */
  const hasRoom = (): boolean => {
    try {
      const { bavail, bsize } = statfsSync(dirname(path));
      return bavail * bsize >= bytes * 2;
    } catch {
      return true;
    }
  };

  const fill = (): void => {
    // Written, not truncated to length: a hole reserves nothing.
    const file = openSync(path, "w", 0o600);
    try {
      for (let left = bytes; left > 0; left -= CHUNK.byteLength) {
        writeSync(file, CHUNK, 0, Math.min(left, CHUNK.byteLength));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  };

  return {
    get spent() {
      return spent;
    },
    spend: () => {
      spent = true;
      rmSync(path, { force: true });
    },
    restore: () => {
      if (bytes === 0 || (!spent && stands())) return true;
      if (!hasRoom()) return false;
      try {
        fill();
        spent = false;
        return true;
      } catch {
        rmSync(path, { force: true });
        return false;
      }
    },
  };
}
