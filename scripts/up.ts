/**
 * `scripts/up`: a hive on this machine until Ctrl-C. Starts the daemon, makes the first agents, prints the login
 * link; with --demo plays the scene of scripts/demo/scene.json. Everything it asks of the hive goes through hivectl.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findClaude, shortClaude } from "./lib/find-claude.ts";
import { ROOT } from "./lib/paths.ts";
import { type Daemon, daemonSaid, ownClaudeEnv, startDaemon, startModel } from "./lib/up-children.ts";
import { createHivectl, type Hivectl } from "./lib/up-hivectl.ts";
import { readUpOptions, type UpOptions, UsageError } from "./lib/up-options.ts";
import { dashboardAnswers, portTaken } from "./lib/up-port.ts";
import { shellWord, welcomeLines } from "./lib/up-welcome.ts";

const MANAGER = "hm1nd";
const say = (text = ""): void => console.log(text);

class Failure extends Error {}

async function main(): Promise<number> {
  const options = readUpOptions(process.argv.slice(2), process.env);
  const hivectl = createHivectl(join(ROOT, "dist/hivectl"), join(options.state, "run/host.sock"));
  if ((await hivectl.tryJson(["info"])) !== undefined) {
    throw new Failure(
      `a hive already runs on "${options.state}"; its dashboard: ${shellWord(join(ROOT, "dist/hivectl"))} --socket ${shellWord(join(options.state, "run/host.sock"))} login`,
    );
  }
  const taken = await portTaken(options.port);
  if (taken !== undefined) throw new Failure(taken);
  const claude = findClaude(ROOT, options);
  const model = options.demo ? await startModel(ROOT) : undefined;
  const claudeEnv = model?.env ?? ownClaudeEnv();
  const daemon = startDaemon({ ...options, root: ROOT, claude, claudeEnv });
  const stopping = stopOnSignal(daemon);
  try {
    await untilReady(daemon, hivectl, options.port);
    rmSync(daemon.config, { force: true });
    const resumed = await firstAgents(options, hivectl);
    await welcome({ options, hivectl, claude }, resumed);
    if (options.demo && !stopping.asked()) await play(hivectl);
    const code = await daemon.process.exited;
    return stopping.asked() || code === 0 ? ended(options) : failed(daemon);
  } catch (thrown) {
    // Ctrl-C in the middle of the first steps makes them fail; that is no trouble to tell of.
    if (!stopping.asked()) throw thrown;
    await daemon.process.exited;
    return ended(options);
  } finally {
    if (daemon.process.exitCode === null) daemon.process.kill("SIGTERM");
    await daemon.process.exited;
    rmSync(daemon.config, { force: true });
    hivectl.close();
    model?.process.kill("SIGTERM");
  }
}

function ended(options: UpOptions): number {
  say(`the hive is stopped; all of it is kept in ${options.state}`);
  say(`go on with: ${["./scripts/up", ...process.argv.slice(2).map(shellWord)].join(" ")}`);
  return 0;
}

function failed(daemon: Daemon): never {
  throw new Failure(`hive-c0re ended by itself\n${daemonSaid(daemon)}`);
}

/** First Ctrl-C ends the hive in order, a second one at once. */
function stopOnSignal(daemon: Daemon): { asked(): boolean } {
  let times = 0;
  const stop = () => {
    times += 1;
    if (times === 1) say("\nstopping; unfinished turns go on at the next start (Ctrl-C again: at once)");
    daemon.process.kill("SIGTERM");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  return { asked: () => times > 0 };
}

/** Up is when both doors answer: the admin socket and the dashboard. */
async function untilReady(daemon: Daemon, hivectl: Hivectl, port: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (daemon.process.exitCode !== null) {
      // The daemon's own sentence says what is wrong and what to do; nothing to add.
      throw new Failure(daemonSaid(daemon) || "hive-c0re did not start");
    }
    const up = (await hivectl.tryJson(["info"])) !== undefined && (await dashboardAnswers(port));
    await Bun.sleep(100);
    // A second hive on the same directory answers too, but ours has ended by then.
    if (up && daemon.process.exitCode === null) return;
  }
  throw new Failure(`hive-c0re did not answer within a minute\n${daemonSaid(daemon)}`);
}

/** True when this hive had agents already: then it is left as it is. */
async function firstAgents(options: UpOptions, hivectl: Hivectl): Promise<boolean> {
  const known = await hivectl.agents();
  // There while the first agents are being made: a first run that was cut short is made whole by the next one.
  const unfinished = join(options.state, "first-run");
  if (known.length > 0 && !existsSync(unfinished)) return true;
  writeFileSync(unfinished, "");
  const wanted = options.demo ? [MANAGER, "alice", "bob"] : [MANAGER, "alice"];
  for (const name of wanted.filter((each) => !known.includes(each))) {
    const role = name === MANAGER ? ["--role", "manager"] : [];
    await hivectl.run(["agent", "spawn", name, ...role]);
    say(`· created ${name}${name === MANAGER ? ", the manager" : ""}`);
  }
  rmSync(unfinished, { force: true });
  return false;
}

interface Run {
  readonly options: UpOptions;
  readonly hivectl: Hivectl;
  readonly claude: string | undefined;
}

async function welcome(run: Run, resumed: boolean): Promise<void> {
  const { options, hivectl, claude } = run;
  const lines = welcomeLines({
    options,
    root: ROOT,
    link: await hivectl.loginLink(),
    notIsolated: await hivectl.notIsolated(),
    claude: claude === undefined ? undefined : shortClaude(ROOT, claude),
    ownKey: Object.keys(ownClaudeEnv()).some((name) => name !== "ANTHROPIC_BASE_URL"),
    resumed,
  });
  for (const line of lines) say(line);
}

/** Begins the scene once; then shows the timeline until the hive ends. */
async function play(hivectl: Hivectl): Promise<void> {
  await hivectl.run([
    "message",
    "send",
    MANAGER,
    "Please have the team find out what kind of machine this is, and report to me.",
    "--key",
    "demo-scene",
  ]);
  hivectl.follow(["watch"]);
}

/** Ends at once: a pipe of a child that is still going must not keep us. */
async function run(): Promise<never> {
  try {
    process.exit(await main());
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    console.error(text.startsWith("error") ? text : `error: ${text}`);
    process.exit(thrown instanceof UsageError ? 2 : 1);
  }
}

await run();
