/** Programs by name, as a shell would find them; relative places of a PATH are passed over. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((directory) => directory.startsWith("/"))
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
