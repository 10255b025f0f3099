/** The harness's command line. What runs is put together in serve.ts. */
import process from "node:process";
import { vncPort } from "../../src/lib/fnv1a.ts";
import { messageOf } from "../../src/platform/errno.ts";
import { ERRORS, HiveError } from "../../src/wire/errors.ts";
import { isAgentName } from "../../src/wire/ids.ts";

const HELP = `hive-ag3nt: runs one agent's claude for hive-c0re, which starts it.

usage: hive-ag3nt [serve]
       hive-ag3nt vnc-port NAME     port of that agent's desktop
       hive-ag3nt --version | --help

Reads its place from the environment:
  HIVE_AGENT            the agent's name
  HIVE_AGENT_SOCKET     hive-c0re's socket for this agent   (/run/hive/hive.sock)
  HYPERHIVE_STATE_DIR   the agent's own directory           (/agents/NAME/state)
  HIVE_CLAUDE           the claude program                  (claude on PATH)
  HIVE_WEB_HOST         address of its own page             (127.0.0.1)

example:
  HIVE_AGENT=alice HYPERHIVE_STATE_DIR=$PWD/state HIVE_AGENT_SOCKET=$PWD/hive.sock hive-ag3nt`;

/** Says in its last line what went wrong and what to do next; the exit code is the error table's. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    await runFace(words);
  } catch (error) {
    const known = error instanceof HiveError ? error : undefined;
    const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`hive-ag3nt: ${known === undefined ? story : messageOf(error)}`);
    if (known?.hint !== undefined) console.error(`  next: ${known.hint}`);
    // Not left to the event loop: half a start may have timers and sockets.
    process.exit(ERRORS[known?.code ?? "internal"].exit);
  }
}

async function runFace(words: readonly string[]): Promise<void> {
  const [word = "serve", ...rest] = words;
  if (word === "--help" || word === "-h" || word === "help") {
    console.log(HELP);
    return;
  }
  if (word === "vnc-port") {
    console.log(desktopPort(rest));
    return;
  }
  if (word !== "serve" || rest.length > 0)
    throw new HiveError("invalid", `hive-ag3nt does not know "${words.join(" ")}"`, {
      hint: "hive-ag3nt --help",
    });
  const { serve } = await import("./serve.ts");
  await serve(process.env);
  process.exit(0);
}

/** For what starts the desktop: nobody else computes ports. */
function desktopPort([name, ...more]: readonly string[]): number {
  if (name !== undefined && more.length === 0 && isAgentName(name)) return vncPort(name);
  throw new HiveError("invalid", `"vnc-port" takes the name of one agent`, { hint: "hive-ag3nt --help" });
}
