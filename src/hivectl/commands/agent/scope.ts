/** Which agents a command is about. An empty list never means everything. */
import { HiveError } from "../../../wire/hive-error.ts";
import { cleanLine } from "../../print/clean.ts";

type Scope = { scope: { agent_names: string[] } } | { all: true };

export function agentScope(names: readonly string[], all: boolean, verb: string): Scope {
  if (all && names.length > 0) throw new HiveError("invalid", 'say either names or "--all"');
  if (all) return { all: true };
  if (names.length > 0) return { scope: { agent_names: [...names] } };
  throw new HiveError("invalid", "name at least one agent", { hint: `hivectl agent ${verb} --all` });
}

export function printReached(done: string, names: readonly string[]): string {
  return names.length === 0 ? "there are no agents" : `${done} ${names.map(cleanLine).join(", ")}`;
}
