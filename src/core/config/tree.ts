/** The files of a proposed commit, and which of them are refused. Pure. */
import { HiveError } from "../../wire/errors.ts";
import { LIMITS } from "./limits.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly path: string;
  /** 0 for directories. */
  readonly bytes: number;
}

const LINE = /^(\d{6}) ([a-z]+) [0-9a-f]+ +(\d+|-)\t([\s\S]+)$/;

/** Of `git ls-tree -r -t -l -z`. */
export function parseTree(text: string): readonly TreeEntry[] {
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [, mode = "", , size = "-", path = ""] = LINE.exec(line) ?? [];
      if (path === "") throw new HiveError("invalid", "the commit's files cannot be read");
      return { mode, path, bytes: size === "-" ? 0 : Number(size) };
    });
}

const DIRECTORY = "040000";
const FILE = "100644";
const PROGRAM = "100755";

const REFUSED: Readonly<Record<string, string>> = {
  "120000": "is a symbolic link",
  "160000": "is a submodule",
};

/** Throws a sentence about the first thing that is wrong. */
export function checkTree(entries: readonly TreeEntry[]): void {
  const files = entries.filter(({ mode }) => mode !== DIRECTORY);
  for (const entry of entries) checkEntry(entry);
  if (entries.length > LIMITS.files)
    throw new HiveError("too_large", `the commit has "${entries.length}" files; at most ${LIMITS.files}`);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > LIMITS.treeBytes)
    throw new HiveError(
      "too_large",
      `the commit's files are larger than "${LIMITS.treeBytes}" bytes together`,
    );
  const main = entries.find(({ path }) => path === "agent.json");
  if (main === undefined) throw new HiveError("invalid", 'the commit has no "agent.json"');
  if (main.mode !== FILE) throw new HiveError("invalid", '"agent.json" is not an ordinary file');
}

function checkEntry({ mode, path, bytes }: TreeEntry): void {
  const shown = JSON.stringify(path);
  const refused = REFUSED[mode];
  if (refused !== undefined)
    throw new HiveError("invalid", `${shown} ${refused}: files and directories only`);
  if (mode !== DIRECTORY && mode !== FILE && mode !== PROGRAM)
    throw new HiveError("invalid", `${shown} has the mode "${mode}": files and directories only`);
  if (Buffer.byteLength(path) > LIMITS.pathBytes)
    throw new HiveError("invalid", `${shown.slice(0, 60)}… is too long a path`);
  if (!isPlainPath(path))
    throw new HiveError("invalid", `${shown} is not a path that can be shown and built`);
  if (bytes > LIMITS.fileBytes)
    throw new HiveError("too_large", `${shown} is larger than "${LIMITS.fileBytes}" bytes`);
}

/** Nothing that climbs, hides, or is another path for somebody who reads or builds it. */
function isPlainPath(path: string): boolean {
  if (!/^[\p{L}\p{N} ._+@=,~#()[\]{}/-]+$/u.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !isGitName(part));
}

function isGitName(part: string): boolean {
  return part.toLowerCase() === ".git" || /^git~\d+$/i.test(part) || part === ".gitmodules";
}
