/**
 * What `scripts/up` says once the hive runs: where to click, what to type, what comes next. Every line to be copied
 * stands by itself, unbroken where 80 columns allow it.
 */
import { join } from "node:path";
import type { UpOptions } from "./up-options.ts";

export interface Welcome {
  readonly options: UpOptions;
  /** The checkout. */
  readonly root: string;
  readonly link: string;
  /** Why the agents are not caged; undefined when they are. */
  readonly notIsolated: readonly string[] | undefined;
  readonly claude: string | undefined;
  /** The environment brings a key or a token for claude. */
  readonly ownKey: boolean;
  /** Agents were there before: the demo's scene has been begun already. */
  readonly resumed: boolean;
}

export function welcomeLines(welcome: Welcome): readonly string[] {
  const { options, root, link } = welcome;
  return [
    "",
    options.demo ? "the hive is up (a scripted model plays; no account is used)" : "the hive is up",
    "",
    ...item("dashboard", "works once, within five minutes; a new link: hivectl login"),
    `  ${link}`,
    "",
    ...item("terminal", "in a second one, first:"),
    `  export HIVE_SOCKET=${shellWord(join(options.state, "run/host.sock"))}`,
    `  export PATH=${shellWord(join(root, "dist"))}:"$PATH"`,
    ...item("", "then for instance: hivectl agent list"),
    "",
    ...warning(welcome),
    ...nextLines(welcome),
    "",
  ];
}

function warning({ notIsolated }: Welcome): string[] {
  if (notIsolated === undefined) return [];
  return [
    ...item("WARNING", "the agents are NOT isolated: they can do whatever your user can"),
    ...notIsolated.flatMap((reason) => item("", reason)),
    "",
  ];
}

function nextLines(welcome: Welcome): string[] {
  const { options, claude, ownKey, resumed } = welcome;
  if (options.demo && resumed) {
    return item(
      "next",
      "the scene goes on where it was. To see it from the beginning,",
      `remove ${options.state}`,
      "and start again. Ctrl-C stops the hive",
    );
  }
  if (options.demo) {
    return item(
      "next",
      "watch the scene, below or in the dashboard. In a few seconds",
      "alice asks you something: answer her in 1NB0X, or with hivectl",
      "as shown below. Ctrl-C stops the hive",
    );
  }
  const stop = item("", "Ctrl-C stops the hive; the next ./scripts/up goes on where it was");
  if (claude === undefined) {
    return [...item("next", "no claude was found: npm install -g @anthropic-ai/claude-code"), ...stop];
  }
  const write = item("", "then write to one: hivectl message send alice 'hello'");
  if (ownKey)
    return [...item("next", "the agents use the Claude key of your environment;"), ...write, ...stop];
  return [...login(options, claude), ...write, ...stop];
}

/** Both ways a swarm gets its login: one for each agent, or one token for all. */
function login({ state }: UpOptions, claude: string): string[] {
  return [
    ...item("next", "log the agents in to Claude, each once, in the second terminal:"),
    "  for a in alice hm1nd; do",
    `    CLAUDE_CONFIG_DIR=${shellWord(join(state, "agents"))}/$a/claude \\`,
    `      ${shellWord(claude)} auth login; done`,
    ...item(
      "",
      "or take one token for all of them: claude setup-token, then",
      "start as: CLAUDE_CODE_OAUTH_TOKEN=… ./scripts/up",
    ),
  ];
}

function item(name: string, ...lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(10)}  ${line}`);
}

/** As a shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
