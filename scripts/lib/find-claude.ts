/** Finds a `claude` that runs: the user's own, or the one npm brought for tests and the demo. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = "node_modules/@anthropic-ai";
/** One of these fits the machine; which one is found by trying. */
const VARIANTS = ["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"];

function runs(path: string): boolean {
  if (!existsSync(path)) return false;
  const probe = Bun.spawnSync([path, "--version"], {
    stdout: "pipe",
    stderr: "ignore",
    stdin: "ignore",
    timeout: 20_000,
  });
  return probe.exitCode === 0 && probe.stdout.toString().includes("Claude Code");
}

/** The executable the packages brought, absolute. */
export function bundledClaude(root: string): string | undefined {
  return VARIANTS.map((variant) => join(root, PACKAGES, `claude-code-${variant}`, "claude")).find(runs);
}

/**
 * The claude to use. The demo takes the one it was tested with; otherwise the user's own comes first.
 */
export function findClaude(root: string, options: { demo: boolean }): string | undefined {
  const own = Bun.which("claude", { PATH: ownPath(root) }) ?? undefined;
  const bundled = () => bundledClaude(root);
  if (options.demo) return bundled() ?? own;
  return own !== undefined && runs(own) ? own : bundled();
}

/** The shortest path to the same executable, for people to type. */
export function shortClaude(root: string, claude: string): string {
  const link = join(root, "node_modules/.bin/claude");
  return existsSync(link) && realpathSync(link) === realpathSync(claude) ? link : claude;
}

/** PATH without the checkout's own `node_modules/.bin`. */
function ownPath(root: string): string {
  return (process.env["PATH"] ?? "")
    .split(":")
    .filter((folder) => !folder.startsWith(root))
    .join(":");
}
