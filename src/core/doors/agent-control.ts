/** What the operator tells a connected harness at once: interrupt, compact, new session, changed settings. */
import { HiveError } from "../../wire/errors.ts";
import type { LinkPush } from "../../wire/link.ts";
import type { Writer } from "../db/tx.ts";
import { type Actor, type Agents, type Audit, actorName, type Links } from "../services.ts";

export interface AgentControl {
  interrupt(actor: Actor, name: string, reason: string): Promise<boolean>;
  compact(actor: Actor, name: string): Promise<void>;
  newSession(actor: Actor, name: string): Promise<void>;
  /** The operator gives it a file: written down before the first part goes. */
  attaching(actor: Actor, name: string, file: string): Promise<void>;
  /** Writes down that the operator runs a program beside it. */
  noted(actor: Actor, name: string, detail: Readonly<Record<string, unknown>>): Promise<void>;
  /** The agent's settings changed: tell it now, without waiting for the next event. */
  settingsChanged(name: string): void;
}

export interface AgentControlOptions {
  readonly agents: Pick<Agents, "get">;
  readonly links: Pick<Links, "push" | "observe"> & { refresh(name: string): void };
  readonly audit: Audit;
  readonly writer: Writer;
}

export function createAgentControl({ agents, links, audit, writer }: AgentControlOptions): AgentControl {
  const tell = async (actor: Actor, name: string, frame: LinkPush): Promise<void> => {
    agents.get(name);
    if (!links.push(name, frame)) throw notConnected(name);
    await writer.write((tx) => audit.append(tx, { actor, action: frame.push, target: name }));
  };
  return {
    interrupt: async (actor, name, reason) => {
      agents.get(name);
      const { connected, state } = links.observe(name);
      const busy = state?.kind === "turn" || state?.kind === "compacting";
      if (!connected || !busy) return false;
      await tell(actor, name, { push: "interrupt", reason, by: actorName(actor) });
      return true;
    },
    compact: (actor, name) => tell(actor, name, { push: "compact" }),
    newSession: (actor, name) => tell(actor, name, { push: "new_session" }),
    attaching: async (actor, name, file) => {
      agents.get(name);
      await writer.write((tx) =>
        audit.append(tx, { actor, action: "attach", target: name, detail: { file } }),
      );
    },
    noted: (actor, name, detail) =>
      writer.write((tx) => audit.append(tx, { actor, action: "exec", target: name, detail })),
    settingsChanged: (name) => links.refresh(name),
  };
}

function notConnected(name: string): HiveError {
  return new HiveError("unavailable", `agent "${name}" is not running`, {
    hint: `hivectl agent start ${name}`,
  });
}
