/** flock(2), which no runtime API of Bun offers. */
import { closeSync, constants, openSync } from "node:fs";
import { libc } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Gives the release, or undefined when someone else holds it. */
export function tryLock(path: string): (() => void) | undefined {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  if (libc().flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    closeSync(fd);
    return undefined;
  }
  let held = true;
  return () => {
    if (held) closeSync(fd);
    held = false;
  };
}
