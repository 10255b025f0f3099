/** Whether rootless cages work here; if not, one sentence that says what is missing. */
import type { Clock } from "../../../../lib/clock.ts";
import { run } from "../../../../platform/run.ts";
import { findProgram } from "../../find-program.ts";

export interface BubblewrapProbe {
  /** Absent when it works. */
  readonly reason?: string;
  readonly bwrap?: string;
  readonly disableUserns: boolean;
}

export interface ProbeOptions {
  /** Where `bwrap` is looked for, like $PATH. */
  readonly path: string;
  readonly clock?: Clock;
}

const TIMEOUT_MS = 10_000;

export async function probeBubblewrap(options: ProbeOptions): Promise<BubblewrapProbe> {
  const bwrap = findProgram("bwrap", options.path);
  if (bwrap === undefined) {
    return { disableUserns: false, reason: "bwrap is not installed (the package is called bubblewrap)" };
  }
  const attempt = (extra: readonly string[]) => tryCage(bwrap, extra, options);
  if ((await attempt(["--disable-userns"])) === undefined) return { bwrap, disableUserns: true };
  const failure = await attempt([]);
  if (failure === undefined) return { bwrap, disableUserns: false };
  return { bwrap, disableUserns: false, reason: `bwrap cannot make a cage here: ${failure}` };
}

/** Undefined when it worked. The namespaces are the ones a real cage asks for. */
async function tryCage(
  bwrap: string,
  extra: readonly string[],
  { path, clock }: ProbeOptions,
): Promise<string | undefined> {
  const flags = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--uid", "1000"];
  const view = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
  const argv = [bwrap, ...flags, ...extra, ...view, "--cap-drop", "ALL", "--", bwrap, "--version"];
  const result = await run({ argv, env: { PATH: path, LC_ALL: "C" }, timeoutMs: TIMEOUT_MS, clock });
  if (result.code === 0) return undefined;
  if (result.timedOut) return "it does not answer";
  const lastLine = result.stderr.trim().split("\n").at(-1) ?? "";
  return explain(lastLine.replace(/^bwrap: /, ""));
}

function explain(failure: string): string {
  if (/uid map|user namespace|Operation not permitted|Permission denied|No space left/i.test(failure)) {
    return `unprivileged user namespaces are not permitted (${failure})`;
  }
  return failure === "" ? "it ended without a word" : failure;
}
