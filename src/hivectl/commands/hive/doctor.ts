/** Whether the hive is well. */

import { parseOutput } from "../../../client/call.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";
import { printFindings } from "../../print/system.ts";

export const hiveDoctor = command({
  noun: "",
  verb: "doctor",
  summary: "Check the running hive; each finding with its remedy",
  details: "Exits with 1 when something is wrong, with 9 when the hive cannot be reached.",
  args: {},
  examples: [["hivectl doctor", "first of all when something is odd"]],
  run: async ({ transport, json, print, view }) => {
    const body = await transport.request(systemEndpoints.doctor, {});
    const { findings } = parseOutput(systemEndpoints.doctor, body);
    print(json ? stringifyJson(body, 2) : printFindings(findings, view()));
    return findings.some(({ level }) => level === "error") ? 1 : 0;
  },
});
