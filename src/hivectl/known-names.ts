/** What a shell offers for a word that names something of the hive. Loads neither zod nor the wire's tables. */
import type { agentEndpoints } from "../wire/agents.ts";
import type { approvalEndpoints } from "../wire/approvals.ts";
import type { systemEndpoints } from "../wire/system.ts";
import type { Completes } from "./command.ts";
import type { Context } from "./context.ts";

interface Source {
  readonly cmd: string;
  /** The list in the answer. */
  readonly field: string;
  readonly nameOf: (row: unknown) => string;
}

const AGENTS: (typeof agentEndpoints)["list"]["cmd"] = "list";
const APPROVALS: (typeof approvalEndpoints)["pending"]["cmd"] = "pending";
const SESSIONS: (typeof systemEndpoints)["sessions"]["cmd"] = "sessions";

const idOf = (row: unknown): string => String(field(row, "id") ?? "");

const SOURCES: Readonly<Record<Completes, Source>> = {
  agent: { cmd: AGENTS, field: "agents", nameOf: String },
  approval: { cmd: APPROVALS, field: "approvals", nameOf: idOf },
  session: { cmd: SESSIONS, field: "sessions", nameOf: idOf },
};

/** Names by what they are of; what is no plain word is left out, it would be typed into a shell. */
export function knownNames({ request }: Context["transport"]) {
  return async (kind: Completes): Promise<readonly string[]> => {
    const source = SOURCES[kind];
    const list = field(await request({ cmd: source.cmd }, {}), source.field);
    const names = Array.isArray(list) ? list.map(source.nameOf) : [];
    return names.filter((name) => /^-?[\w.-]+$/.test(name));
  };
}

function field(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}
