/** Browsers that may operate the hive. */
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";
import { printSessions } from "../../print/system.ts";

export const operatorSessions = command({
  noun: "operator",
  verb: "sessions",
  summary: "The browsers that are logged in",
  args: {},
  examples: [["hivectl operator sessions", "who is logged in, and since when"]],
  run: ({ show }) =>
    show(systemEndpoints.sessions, {}, ({ sessions }, view) => printSessions(sessions, view)),
});
