/** Looks the program up before it is started: started through setpriv(1), a missing one is only an exit code. */
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";
import { HiveError } from "../../../src/wire/errors.ts";

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Its absolute path; throws `not_found`. */
export function findProgram(name: string, path = ""): string {
  const places = isAbsolute(name) ? [name] : path.split(":").map((folder) => join(folder, name));
  const found = places.find((place) => isAbsolute(place) && executable(place));
  if (found !== undefined) return found;
  throw new HiveError("not_found", `program "${name}" not found`, {
    hint: 'install Claude Code, or name it as "claude_path" in the hive\'s settings',
  });
}
