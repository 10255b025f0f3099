/**
 * Removes a directory tree an agent could write. Every step is relative to an open directory (through
 * /proc/self/fd), opened without following links, so no link and no swapped directory leads outside.
 *
 * Subdirectories are first moved up into the root of the tree: depth costs neither stack nor descriptors nor path
 * length, however deep an agent nested them.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { setImmediate } from "node:timers";
import { errnoOf } from "../../platform/errno.ts";

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Gone afterwards; nothing happens when it is not there. A link in its place is removed, not followed. */
export async function purgeTree(path: string): Promise<void> {
  const parent = openDir(dirname(path));
  if (parent === undefined) return;
  try {
    await purgeIn(parent, basename(path));
  } finally {
    closeSync(parent);
  }
}

/** Undefined when it does not exist or is no directory (any more). */
function openDir(path: string): number | undefined {
  try {
    return openSync(path, DIRECTORY);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP") return undefined;
    throw error;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const within = (fd: number, name: string): string => `/proc/self/fd/${fd}/${name}`;

async function purgeIn(parent: number, name: string): Promise<void> {
  const path = within(parent, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    unlinkSync(path);
    return;
  }
  const root = openWritable(parent, name);
  if (root === undefined) {
    unlinkSync(path);
    return;
  }
  try {
    let moved = 0;
    const moveUp = (from: string): void => {
      // The name must not meet one the agent chose.
      let to = `.purge-${moved++}`;
      while (lstatSync(within(root, to), { throwIfNoEntry: false }) !== undefined) to = `.purge-${moved++}`;
      renameSync(from, within(root, to));
    };
    for (let names = readdirSync(within(root, ".")); names.length > 0; ) {
      for (const entry of names) {
        removeEntry(root, entry, moveUp);
        // A large tree must not stop the daemon.
        await nextTurn();
      }
      names = readdirSync(within(root, "."));
    }
  } finally {
    closeSync(root);
  }
  rmdirSync(path);
}

/** A directory without permissions for its owner is still to be removed. */
function openWritable(parent: number, name: string): number | undefined {
  try {
    const fd = openDir(within(parent, name));
    if (fd !== undefined) fchmodSync(fd, 0o700);
    return fd;
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    // Nothing of the agent runs any more; root never comes here.
    chmodSync(within(parent, name), 0o700);
    return openDir(within(parent, name));
  }
}

function removeEntry(root: number, entry: string, moveUp: (from: string) => void): void {
  const path = within(root, entry);
  if (!(lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    unlinkSync(path);
    return;
  }
  const fd = openWritable(root, entry);
  if (fd === undefined) {
    unlinkSync(path);
    return;
  }
  try {
    for (const child of readdirSync(within(fd, "."))) {
      const inside = within(fd, child);
      if (lstatSync(inside).isDirectory()) {
        openAndClose(fd, child);
        moveUp(inside);
      } else unlinkSync(inside);
    }
  } finally {
    closeSync(fd);
  }
  rmdirSync(path);
}

/** Moving a directory writes its "..": it must be writable. */
function openAndClose(parent: number, name: string): void {
  const fd = openWritable(parent, name);
  if (fd !== undefined) closeSync(fd);
}

/** For the undo of a directory that was just made: only when it is still empty. */
export function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== "ENOENT" && errno !== "ENOTEMPTY" && errno !== "ENOTDIR") throw error;
  }
}
