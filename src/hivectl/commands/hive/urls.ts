/** Where a browser finds things. */
import { systemEndpoints } from "../../../wire/system.ts";
import { command } from "../../command.ts";
import { cleanLine } from "../../print/clean.ts";
import { facts } from "../../print/table.ts";

export const hiveUrls = command({
  noun: "",
  verb: "urls",
  summary: "Where a browser finds the dashboard and the rest",
  args: {},
  examples: [["hivectl urls", "to log in there: hivectl login"]],
  run: ({ show }) =>
    show(systemEndpoints.urls, {}, ({ urls }, { paint }) => {
      const named = Object.entries(urls).flatMap(([name, url]) =>
        url === undefined ? [] : [[name === "home" ? "dashboard" : name, cleanLine(url)] as const],
      );
      return named.length === 0 ? "no browser can reach this hive" : facts(named, paint);
    }),
});
