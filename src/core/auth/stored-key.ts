/** Private keys of the daemon: made once, kept in `keys/` below the state directory, readable by the daemon alone. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { ensureDir, readFileNoFollow, writeFileAtomic } from "../../platform/atomic-file.ts";
import { errnoOf } from "../../platform/errno.ts";

export interface StoredKeyOptions {
  readonly stateDir: string;
  /** Of the file, e.g. `ticket.pem`. */
  readonly name: string;
  readonly generate: () => KeyObject;
}

export function storedKey({ stateDir, name, generate }: StoredKeyOptions): KeyObject {
  const dir = join(stateDir, "keys");
  const path = join(dir, name);
  try {
    return createPrivateKey(readFileNoFollow(path));
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  ensureDir(dir, 0o700);
  const key = generate();
  writeFileAtomic(path, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return key;
}
