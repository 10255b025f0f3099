/** Runs one of the outside checkers and hands back its exit code and output. */

export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

export async function runTool(root: string, command: readonly string[]): Promise<ToolResult> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const child = Bun.spawn([...command], { cwd: root, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: out + err };
}

/** A package's command, run by this Bun: their launchers ask for a `node` that may not be there. */
export function packageCommand(name: string): string[] {
  return [process.execPath, "--bun", `node_modules/.bin/${name}`];
}

/** When a tool failed without naming a place, its last lines are the finding. */
export function lastWords(output: string): string {
  return output.trim().split("\n").slice(-4).join(" | ").slice(0, 600) || "failed without a word";
}
