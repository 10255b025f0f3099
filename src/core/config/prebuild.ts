/**
 * Builds the system of one agent before anything of it is touched. Only what was built is set as a container's
 * profile; a failed build says why, and changes nothing.
 */
import { dirname } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import { spawnChild } from "../../platform/spawn.ts";
import { HiveError } from "../../wire/errors.ts";
import { toplevelRef } from "./meta-flake.ts";

export interface NixOptions {
  readonly nix: string;
  /** Where nix finds git and ssh; with the directory of `HYPERHIVE_GIT` before it. */
  readonly path: string;
  /** nix keeps its caches there. */
  readonly home: string;
  readonly git?: string | undefined;
  readonly clock: Clock;
}

export interface BuildOptions extends NixOptions {
  /** Each line nix says, as it comes. */
  readonly report: (line: string) => void;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const FEATURES = ["--extra-experimental-features", "nix-command flakes"];
const LINE_MAX = 4_000;
const TAIL_LINES = 20;

/** The store path of `<flake>#<agent>`'s system. */
export async function prebuildToplevel(flakeRef: string, options: BuildOptions): Promise<string> {
  const ref = toplevelRef(flakeRef);
  const argv = [
    options.nix,
    "build",
    ...FEATURES,
    "--no-link",
    "--print-out-paths",
    "--log-format",
    "raw",
    ref,
  ];
  const built = (await runNix(argv, options)).trim().split("\n").at(-1) ?? "";
  if (built.startsWith("/")) return built;
  throw new HiveError("internal", `nix built "${ref}" and did not say where`, { hint: "hivectl doctor" });
}

/** Moves a profile to what was built: the generation before stays for a rollback. */
export async function setProfile(profile: string, built: string, options: BuildOptions): Promise<void> {
  await runNix([options.nix, "build", ...FEATURES, "--profile", profile, "--no-link", built], options);
}

async function runNix(argv: readonly string[], options: BuildOptions): Promise<string> {
  const { report, signal, clock, timeoutMs } = options;
  const child = await spawnChild({ argv, env: nixEnv(options), cwd: "/", detached: true });
  const end = (): void => void child.killGroup("SIGKILL");
  let late = false;
  const timer = clock.timer(timeoutMs, () => {
    late = true;
    end();
  });
  signal?.addEventListener("abort", end, { once: true });
  const said: string[] = [];
  const out: string[] = [];
  try {
    const lines = eachLine(child.stderr, (line) => {
      report(line);
      said.push(line);
      if (said.length > TAIL_LINES) said.shift();
    });
    await Promise.all([lines, eachLine(child.stdout, (line) => void out.push(line))]);
    const { code } = await child.exited;
    signal?.throwIfAborted();
    if (code === 0) return out.join("\n");
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", end);
  }
  throw buildError(said, late);
}

function nixEnv({ path, home, git }: NixOptions): Readonly<Record<string, string>> {
  const found = git?.startsWith("/") ? `${dirname(git)}:${path}` : path;
  return { PATH: found, HOME: home, LC_ALL: "C.UTF-8", GIT_TERMINAL_PROMPT: "0", NO_COLOR: "1" };
}

/** The line that says why, which is seldom the last. */
function buildError(said: readonly string[], late: boolean): HiveError {
  if (late) return new HiveError("timeout", "the build took too long and was ended");
  if (said.some((line) => /no space left on device|disk full/i.test(line)))
    return new HiveError("storage", "the build ran out of disk", {
      hint: "nix-collect-garbage -d, then try again",
    });
  const why = said.findLast((line) => /^\s*error:/.test(line) && line.trim() !== "error:") ?? said.at(-1);
  return new HiveError("conflict", `the configuration does not build: ${why?.trim() ?? "nix said nothing"}`, {
    hint: "read the build log, correct the configuration and ask again",
  });
}

async function eachLine(bytes: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(0, LINE_MAX);
    for (const line of lines) onLine(line.slice(0, LINE_MAX));
  }
  if (rest !== "") onLine(rest);
}
