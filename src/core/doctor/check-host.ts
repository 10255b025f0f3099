/** Checks of the machine: the admin socket, claude, the cage, the clock. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { bad, type Check, type DoctorContext, type Found, ok, warn } from "./check.ts";

/** The claude that this version was tested with. */
export const TESTED_CLAUDE = "2.1.197";

function hostSocket({ settings: { runtime_dir } }: DoctorContext): Found[] {
  const path = join(runtime_dir, "host.sock");
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSocket() !== true) return [bad(`the admin socket "${path}" is missing`, "restart the hive")];
  const mode = (stat.mode & 0o777).toString(8);
  if ((stat.mode & 0o007) !== 0)
    return [bad(`everybody may use "${path}" (mode ${mode})`, `chmod 0660 ${path}`)];
  return [ok(`the admin socket has mode ${mode}`)];
}

async function claudeFound({ claude, run }: DoctorContext): Promise<Found[]> {
  if (claude === undefined) {
    return [bad("no claude was found", "npm install -g @anthropic-ai/claude-code, then restart the hive")];
  }
  const { code, stdout } = await run([claude, "--version"]);
  const version = /^\d+\.\d+\.\d+/.exec(stdout)?.[0];
  if (code !== 0 || version === undefined)
    return [bad(`"${claude}" does not say its version`, "install claude again")];
  if (version === TESTED_CLAUDE) return [ok(`claude ${version}`)];
  const text = `claude is ${version}; this hive was tested with ${TESTED_CLAUDE}`;
  return [warn(text, "watch the first turns; what is not understood is shown raw")];
}

function isolation({ backend: { name, isolated, warning } }: DoctorContext): Found[] {
  if (isolated) return [ok(`backend "${name}" isolates the agents`)];
  const text = warning ?? `backend "${name}" does not isolate: agents can do whatever the hive's user can`;
  return [warn(text, 'install bubblewrap and restart the hive with "--backend bubblewrap"')];
}

async function bubblewrap({ run }: DoctorContext): Promise<Found[]> {
  const remedy = "apt install bubblewrap, and allow user namespaces";
  const works = await run(["bwrap", "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "true"]).catch(
    () => undefined,
  );
  if (works === undefined) return [warn("bubblewrap is not installed", remedy)];
  if (works.code === 0) return [ok("bubblewrap works")];
  return [warn(`bubblewrap does not work here: ${works.stderr.trim().slice(0, 200)}`, remedy)];
}

const CLOCK_SLACK_MS = 60_000;

async function clock({ clock, timeline }: DoctorContext): Promise<Found[]> {
  const gone = new AbortController();
  const last = timeline.seq();
  if (last === 0) return [ok("the clock is not behind the hive's own events")];
  for await (const frame of timeline.follow(last - 1, gone.signal)) {
    gone.abort();
    if (frame.type !== "event") break;
    const ahead = Date.parse(frame.event.at) - clock.now();
    if (ahead < CLOCK_SLACK_MS) break;
    const text = `the clock is ${Math.round(ahead / 60_000)} minutes behind the newest event`;
    return [warn(text, "check the time service: timedatectl")];
  }
  return [ok("the clock is not behind the hive's own events")];
}

export const hostChecks: readonly Check[] = [
  { name: "admin-socket", look: hostSocket },
  { name: "claude", look: claudeFound },
  { name: "isolation", look: isolation },
  { name: "bubblewrap", look: bubblewrap },
  { name: "clock", look: clock },
];
