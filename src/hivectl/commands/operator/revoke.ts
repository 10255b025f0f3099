/** Throws a browser out. */
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";

export const operatorRevoke = command({
  noun: "operator",
  verb: "revoke",
  summary: "Log one browser out, at once",
  args: { id: { type: "positional", required: true, description: "The session's id" } },
  completes: { id: "session" },
  examples: [["hivectl operator revoke 01JDXM3V6T0000000000000000", "as hivectl operator sessions lists it"]],
  run: ({ args, show }) => show(systemEndpoints.revokeSession, { id: args.id }, () => "logged out"),
});
