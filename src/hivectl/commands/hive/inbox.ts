/** Everything that waits for the operator. */
import { inboxEndpoints } from "../../../wire/inbox.ts";
import { command } from "../../command.ts";
import { printInbox } from "../../print/inbox.ts";

export const hiveInbox = command({
  noun: "",
  verb: "inbox",
  summary: "Everything that waits for you, riskiest first, each with what to do",
  details:
    "Approvals, agents that cannot go on by themselves, deploys that failed, and questions. In a pipe each text stays on one line.",
  args: {},
  examples: [
    ["hivectl inbox", "first of all in the morning"],
    ["hivectl inbox --json | jq .approvals[].id", "for programs"],
  ],
  run: ({ show }) => show(inboxEndpoints.inbox, {}, printInbox),
});
