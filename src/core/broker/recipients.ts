/** Who may write to whom. The sender learns it at once, in one sentence. */
import { HiveError } from "../../wire/errors.ts";
import { type Actor, actorName } from "../services.ts";
import type { Directory } from "./directory.ts";

/** The agents (or the operator) a message goes to; throws for one who is unknown or not allowed. */
export function recipientsOf(directory: Directory, actor: Actor, to: string): readonly string[] {
  if (to !== "all") {
    assertKnown(directory, to);
    assertAllowed(directory, actor, to);
    return [to];
  }
  assertAllowed(directory, actor, to);
  const sender = actorName(actor);
  const others = directory.names().filter((name) => name !== sender);
  if (others.length === 0) {
    throw new HiveError("not_found", "there is no other agent to write to", { hint: "hivectl agent list" });
  }
  return others;
}

export function assertKnown(directory: Directory, name: string): void {
  if (name === "operator" || directory.has(name)) return;
  throw new HiveError("not_found", `there is no agent "${name}"`, { hint: "hivectl agent list" });
}

function assertAllowed(directory: Directory, actor: Actor, to: string): void {
  if (actor.kind !== "agent" || actor.manager || to === "operator") return;
  const allowed = directory.allowedRecipients(actor.name);
  if (allowed.includes("*") || allowed.includes(to)) return;
  if (to !== "all" && directory.isManager(to)) return;
  throw new HiveError("forbidden", `"${actor.name}" may not write to "${to}"`, {
    hint: `it may write to ${["operator", ...allowed.filter((name) => name !== "operator")].join(", ")}`,
  });
}
