/** Whether a new agent may have this name: checked before anything is made. */
import { webPort } from "../../lib/fnv1a.ts";
import { HiveError } from "../../wire/errors.ts";
import { AGENT_NAME_RULE, isAgentName } from "../../wire/ids.ts";

export function checkNewName(name: string, existing: readonly string[]): void {
  if (!isAgentName(name)) {
    throw new HiveError("invalid", `"${name}" cannot be an agent's name: ${AGENT_NAME_RULE}`, {
      hint: "choose another name",
    });
  }
  if (existing.includes(name)) {
    throw new HiveError("conflict", `agent "${name}" exists already`, {
      hint: `hivectl agent start ${name}, or choose another name`,
    });
  }
  const port = webPort(name);
  const other = existing.find((one) => webPort(one) === port);
  if (other !== undefined) {
    throw new HiveError("conflict", `agents "${name}" and "${other}" would share the web port "${port}"`, {
      hint: `choose another name for "${name}": the port follows from it`,
    });
  }
}
