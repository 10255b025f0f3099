/** What a new configuration repository begins with. */
import type { AgentConfig } from "../../wire/agent-config.ts";
import { agentJsonText } from "../lifecycle/agent-json.ts";

export function templateFiles(agent: string, config: AgentConfig): Readonly<Record<string, string>> {
  return { "README.md": readme(agent), "agent.json": agentJsonText(config) };
}

function readme(agent: string): string {
  return `# Configuration of agent "${agent}"

\`agent.json\` is what the agent is: model, effort, system prompt, whom it may write to, limits.

To change it: edit, commit, and call \`request_apply_commit\` with the full sha of the commit
(\`git rev-parse HEAD\`) and a reason. Nothing changes until the operator has seen the difference and approved.
What is deployed is exactly that commit: later commits need a request of their own.

\`refs/hive/deployed\` is the commit that ran when this work tree was made or mended.
`;
}
