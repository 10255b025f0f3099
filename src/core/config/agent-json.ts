/** What a proposed `agent.json` says, or a sentence that names the field which is wrong. Pure. */
import { AgentConfig } from "../../wire/agent-config.ts";
import { HiveError } from "../../wire/errors.ts";

export function parseAgentJson(text: string): AgentConfig {
  const parsed = AgentConfig.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  const where = field === "" ? "" : `: "${field}"`;
  throw new HiveError("invalid", `"agent.json" is not right${where}: ${issue?.message ?? "unknown"}`, {
    hint: "mend it, commit, and ask again",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "unknown";
    throw new HiveError("invalid", `"agent.json" is not JSON: ${why}`, {
      hint: "mend it, commit, and ask again",
      cause,
    });
  }
}
