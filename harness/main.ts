/**
 * Entry of the executable that is both hive-ag3nt and hive-forge: which one, by the name it was called with or by
 * its first word. Imports nothing else up front, so that `--version` does not wait for the harness's code.
 */
import { basename } from "node:path";
import process from "node:process";
import { versionLine } from "../src/wire/version.ts";

const FACES = ["hive-ag3nt", "hive-forge"] as const;
type Face = (typeof FACES)[number];

function faceOf(word: string | undefined): Face | undefined {
  return FACES.find((face) => face === word);
}

const words = process.argv.slice(2);
const byName = faceOf(basename(process.argv0));
const face = byName ?? faceOf(words[0]) ?? "hive-ag3nt";
const args = byName === undefined && faceOf(words[0]) !== undefined ? words.slice(1) : words;

if (args[0] === "--version" || args[0] === "-V") {
  console.log(versionLine(face));
} else if (face === "hive-forge") {
  const { main } = await import("./forge/main.ts");
  main(args);
} else {
  const { main } = await import("./ag3nt/main.ts");
  await main(args);
}
