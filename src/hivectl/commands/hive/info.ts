/** Which hive this is. */
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";
import { printInfo } from "../../print/system.ts";

export const hiveInfo = command({
  noun: "",
  verb: "info",
  summary: "Version, start time and backend of the hive",
  args: {},
  examples: [["hivectl info", "and of this hivectl"]],
  run: ({ show }) => show(systemEndpoints.info, {}, ({ info }, view) => printInfo(info, view)),
});
