/** Browsers that may operate the hive: lets one in, lists them, throws one out. */
import { HiveError } from "../../../wire/hive-error.ts";
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";
import { printLogin, printSessions } from "../../print/system.ts";

export const hiveLogin = command({
  noun: "",
  verb: "login",
  summary: "A link that logs one browser in",
  details: "It works once, for a few minutes. Whoever has it operates the hive: do not pass it on.",
  args: {
    list: { type: "boolean", alias: "l", description: "The browsers that are logged in" },
    revoke: { type: "string", valueHint: "ID", description: "Log one of them out" },
  },
  examples: [
    ["hivectl login", "open what it prints"],
    ["hivectl login --list", "who is logged in"],
    ["hivectl login --revoke 01JDXM3V6T0000000000000000", "no longer"],
  ],
  run: async ({ args, show }) => {
    if (args.list === true && args.revoke !== undefined) {
      throw new HiveError("invalid", 'say either "--list" or "--revoke"');
    }
    if (args.revoke !== undefined) {
      return show(systemEndpoints.revokeSession, { id: args.revoke }, () => "logged out");
    }
    if (args.list === true) {
      return show(systemEndpoints.sessions, {}, ({ sessions }, view) => printSessions(sessions, view));
    }
    return show(systemEndpoints.loginLink, {}, printLogin);
  },
});
