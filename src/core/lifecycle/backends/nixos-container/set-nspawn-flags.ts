/**
 * Writes what must hold in a container's conf file before each start, and nothing when it holds already. The file is
 * replaced as a whole: whoever reads it sees the old one or the new one.
 */
import { join } from "node:path";
import { readFileNoFollow, writeFileAtomic } from "../../../../platform/atomic-file.ts";
import { errnoOf } from "../../../../platform/errno.ts";
import { HiveError } from "../../../../wire/errors.ts";
import { editConf, FRESH_CONF, ownedKeys } from "./conf-file.ts";
import { type Bind, nspawnFlags } from "./nspawn-flags.ts";

export function confPath(confDir: string, container: string): string {
  return join(confDir, `${container}.conf`);
}

/** True when the file was changed. */
export function setNspawnFlags(path: string, binds: readonly Bind[]): boolean {
  const flags = nspawnFlags(binds);
  const before = readConf(path);
  const after = editConf(before ?? FRESH_CONF, ownedKeys(flags));
  if (after === before) return false;
  try {
    writeFileAtomic(path, after, { mode: 0o644 });
  } catch (error) {
    throw new HiveError("storage", `the conf file "${path}" cannot be written (${errnoOf(error) ?? "?"})`, {
      hint: "hive-c0re must be root, and the directory must exist (boot.enableContainers)",
      cause: error,
    });
  }
  return true;
}

/** Undefined when there is none yet. */
export function readConf(path: string): string | undefined {
  try {
    return readFileNoFollow(path).toString("utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    if (!(error instanceof HiveError)) throw error;
    // A link leads into the store: a container that the host's own configuration declares.
    throw new HiveError("conflict", `the conf file of a container is not ours: ${error.message}`, {
      hint: `move "${path}" away, or give the agent another name`,
      cause: error,
    });
  }
}
