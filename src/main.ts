/**
 * Entry of the executable that is both hive-c0re and hivectl: which one, by the name it was called with or by its
 * first word. Imports nothing else up front, not even node's modules (node:path alone takes as long as the rest), so
 * that `hivectl --version` does not wait for the daemon's code.
 */
import { versionLine } from "./wire/version.ts";

const FACES = ["hivectl", "hive-c0re"] as const;
type Face = (typeof FACES)[number];

function faceOf(word: string | undefined): Face | undefined {
  return FACES.find((face) => face === word);
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const words = process.argv.slice(2);
const byFirstWord = faceOf(words[0]);
const face = faceOf(basename(process.argv0)) ?? byFirstWord ?? "hive-c0re";
const args = byFirstWord === face && faceOf(basename(process.argv0)) === undefined ? words.slice(1) : words;

if (args[0] === "--version" || args[0] === "-V") {
  console.log(versionLine(face));
} else if (face === "hivectl") {
  const { main } = await import("./hivectl/main.ts");
  await main(args);
} else {
  const { main } = await import("./core/main.ts");
  await main(args);
}
