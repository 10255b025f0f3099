/** systemd through its own programs: every call bounded, its environment explicit, a silence told as one. */
import type { Clock } from "../../../../lib/clock.ts";
import { type RunResult, run } from "../../../../platform/run.ts";
import type { Env } from "../../../../platform/spawn.ts";
import { HiveError } from "../../../../wire/errors.ts";
import { parseUnits, UNIT_PROPERTIES, type UnitRow, unitName } from "./units.ts";

/** Absolute, or looked for in the daemon's PATH. */
export interface HostPrograms {
  readonly systemctl: string;
  readonly journalctl: string;
  readonly systemd_run: string;
  readonly setpriv: string;
  readonly nix: string;
  readonly umount: string;
  readonly chattr: string;
}

export interface SystemdOptions {
  readonly programs: HostPrograms;
  /** Where programs are found that have no absolute path. */
  readonly path: string;
  readonly clock: Clock;
}

export interface Systemd {
  /** All containers that match, in one call: a name or a glob like `h-*`. */
  show(pattern: string): Promise<readonly UnitRow[]>;
  find(container: string): Promise<UnitRow | undefined>;
  /** Ready when it resolves. Throws with what systemd says. */
  start(container: string): Promise<void>;
  /** Bounded; what does not stop is killed with everything in it. */
  stop(container: string, graceMs: number): Promise<void>;
  /** A container that failed too often could not be started again. */
  resetFailed(container: string): Promise<void>;
  reload(): Promise<void>;
  hasTemplate(): Promise<boolean>;
  /** Last lines of the container's own journal, or of its console when it is down. */
  logs(container: string, lines: number, up: boolean): Promise<string[]>;
}

const QUICK_MS = 15_000;
/** The drop-in's TimeoutStartSec, and some. */
const START_MS = 320_000;
const KILL_MS = 20_000;

export function hostEnv(path: string, more: Env = {}): Env {
  return { PATH: path, LC_ALL: "C.UTF-8", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "", ...more };
}

export function createSystemd({ programs, path, clock }: SystemdOptions): Systemd {
  const call = (argv: readonly string[], timeoutMs = QUICK_MS): Promise<RunResult> =>
    run({ argv, env: hostEnv(path), timeoutMs, clock });
  const ask = async (args: readonly string[], timeoutMs?: number): Promise<RunResult> => {
    const result = await call([programs.systemctl, ...args], timeoutMs);
    if (result.timedOut || isSilence(result)) throw silence(result);
    return result;
  };
  const must = async (args: readonly string[], timeoutMs?: number): Promise<RunResult> => {
    const result = await ask(args, timeoutMs);
    if (result.code === 0) return result;
    throw new HiveError("unavailable", `"systemctl ${args.join(" ")}" failed: ${lastLine(result)}`, {
      hint: `systemctl status '${args.at(-1) ?? ""}'`,
    });
  };
  const show = async (pattern: string): Promise<readonly UnitRow[]> => {
    const properties = UNIT_PROPERTIES.join(",");
    const args = ["show", "--timestamp=unix", "-p", properties, "--", unitName(pattern)];
    return parseUnits((await must(args)).stdout);
  };
  return {
    show,
    find: async (container) => (await show(container)).find((row) => row.container === container),
    start: async (container) => {
      await must(["start", unitName(container)], START_MS);
    },
    stop: (container, graceMs) => stop({ ask, must, clock }, container, graceMs),
    // Fails for a unit that is not loaded: then there is nothing to reset.
    resetFailed: async (container) => {
      await ask(["reset-failed", unitName(container)]);
    },
    reload: async () => {
      await must(["daemon-reload"], 60_000);
    },
    hasTemplate: async () => (await ask(["cat", unitName("")])).code === 0,
    logs: async (container, lines, up) => {
      // A match, not --unit: what systemd itself says of the unit is in its result.
      const where = up ? ["--machine", container] : [`_SYSTEMD_UNIT=${unitName(container)}`];
      const shown = ["--lines", String(lines), "--output", "cat", "--no-pager", "--quiet"];
      const { stdout } = await call([programs.journalctl, ...shown, ...where]);
      return stdout.split("\n").filter((line) => line !== "");
    },
  };
}

interface Asking {
  readonly ask: (args: readonly string[], timeoutMs?: number) => Promise<RunResult>;
  readonly must: (args: readonly string[], timeoutMs?: number) => Promise<RunResult>;
  readonly clock: Clock;
}

async function stop({ ask, must, clock }: Asking, container: string, graceMs: number): Promise<void> {
  const unit = unitName(container);
  await must(["stop", "--no-block", unit]);
  const settled = async (withinMs: number): Promise<boolean> => {
    const deadline = clock.monotonic() + withinMs;
    for (;;) {
      const { stdout } = await ask(["show", "-p", "ActiveState", "--value", unit]);
      if (["inactive", "failed"].includes(stdout.trim())) return true;
      if (clock.monotonic() >= deadline) return false;
      await clock.sleep(100);
    }
  };
  // Its systemd needs a moment to halt also when nobody is to be waited for.
  if (await settled(graceMs + 2_000)) return;
  await ask(["kill", "--kill-whom=all", "--signal=SIGKILL", unit]);
  if (await settled(KILL_MS)) return;
  throw new HiveError("unavailable", `the container "${container}" cannot be stopped`, {
    hint: `systemctl status '${unit}'`,
  });
}

function isSilence({ code, stderr }: RunResult): boolean {
  return (
    code !== 0 && /Failed to connect to (system scope )?bus|has not been booted with systemd/.test(stderr)
  );
}

function silence(result: RunResult): HiveError {
  const why = result.timedOut ? "it took too long" : lastLine(result);
  return new HiveError("unavailable", `systemd does not answer: ${why}`, {
    hint: "systemctl is-system-running",
  });
}

export function lastLine({ stderr, stdout, timedOut }: RunResult): string {
  if (timedOut) return "it took too long";
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "it said nothing";
}
