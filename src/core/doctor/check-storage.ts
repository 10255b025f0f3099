/** Checks of what is kept: disk, database, ballast. */
import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { bad, type Check, type DoctorContext, type Found, ok, warn } from "./check.ts";

const MIB = 1024 * 1024;
const LITTLE_MIB = 1024;
const NEARLY_NONE_MIB = 100;
const WAL_LARGE_MIB = 64;

function diskSpace({ settings: { state_dir } }: DoctorContext): Found[] {
  const { bavail, bsize } = statfsSync(state_dir);
  const free = Math.floor((bavail * bsize) / MIB);
  const text = `${free} MiB are free on the disk of "${state_dir}"`;
  if (free < NEARLY_NONE_MIB) return [bad(text, "free some space now: messages are refused when it is full")];
  return [free < LITTLE_MIB ? warn(text, "free some space") : ok(text)];
}

function ballast({ settings: { state_dir } }: DoctorContext): Found[] {
  const size = sizeOf(join(state_dir, "hive.ballast"));
  if (size > 0) return [ok(`${Math.floor(size / MIB)} MiB are kept back for a full disk`)];
  return [warn("nothing is kept back for a full disk", "free some space; the ballast comes back by itself")];
}

function integrity({ databaseProblems, settings: { state_dir } }: DoctorContext): Found[] {
  const problems = databaseProblems();
  if (problems.length === 0) return [ok("the database is sound")];
  const remedy = `stop the hive, keep a copy of "${state_dir}", restore a backup`;
  return [bad(`the database is damaged: ${problems.join("; ").slice(0, 300)}`, remedy)];
}

function walSize({ settings: { state_dir } }: DoctorContext): Found[] {
  const size = Math.floor(sizeOf(join(state_dir, "hive.sqlite-wal")) / MIB);
  if (size < WAL_LARGE_MIB) return [ok(`the write-ahead log has ${size} MiB`)];
  return [
    warn(`the write-ahead log has ${size} MiB`, "a reader holds it back: restart the hive when convenient"),
  ];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export const storageChecks: readonly Check[] = [
  { name: "disk-space", look: diskSpace },
  { name: "ballast", look: ballast },
  { name: "database-integrity", look: integrity },
  { name: "wal-size", look: walSize },
];
