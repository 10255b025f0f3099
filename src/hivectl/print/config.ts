/** Configurations: their history, one of them, and differences. What agents wrote is made safe line by line. */

import type { configEndpoints, DeploymentRow } from "../../wire/config.ts";
import type { Output } from "../../wire/endpoint.ts";
import { clean, cleanLine } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { shortAge, type View } from "./view.ts";

const TONES: Readonly<Record<string, Tone>> = {
  deployed: "good",
  deploying: "warn",
  failed: "bad",
  proposed: "dim",
};

export function printDeployments(deployments: readonly DeploymentRow[], view: View): string {
  if (deployments.length === 0)
    return "no configuration repository yet; the agent or the manager asks for one";
  const rows = deployments.map((one): Cell[] => {
    // A proposal that waits, was denied or was taken back.
    const state = one.result === "proposed" ? (one.status ?? one.result) : one.result;
    return [
      { text: `#${one.id}`, tone: "bold" },
      shortAge(one.tags.at(-1)?.at ?? one.tags[0]?.at ?? "", view),
      { text: one.current ? "runs" : cleanLine(state), tone: TONES[one.result] ?? "plain" },
      { text: one.sha.slice(0, 12), tone: "dim" },
      cleanLine(one.reason ?? one.subject),
    ];
  });
  return table(rows, {
    head: ["NO", "AGE", "STATE", "COMMIT", "WHAT"],
    width: view.width,
    paint: view.paint,
  });
}

type Shown = Output<(typeof configEndpoints)["configShow"]>;

export function printConfig({ sha, subject, current, agent_json, files }: Shown, view: View): string {
  const head = facts(
    [
      ["commit", sha],
      ["what", cleanLine(subject)],
      ["state", current ? { text: "runs", tone: "good" } : "does not run"],
      ["files", files.map(({ path, bytes }) => `${cleanLine(path)} (${bytes})`).join(", ")],
    ],
    view.paint,
  );
  return `${head}\n\n${clean(agent_json).trimEnd()}`;
}

const SIGNS: readonly (readonly [start: string, tone: Tone])[] = [
  ["+++", "bold"],
  ["---", "bold"],
  ["diff ", "bold"],
  ["@@", "accent"],
  ["+", "good"],
  ["-", "bad"],
];

export function printDiff(
  { stat, diff }: { readonly stat: string; readonly diff: string },
  view: View,
): string {
  if (diff === "") return "no difference";
  const lines = clean(diff).trimEnd().split("\n");
  const painted = lines.map((line) =>
    view.paint(SIGNS.find(([start]) => line.startsWith(start))?.[1] ?? "plain", line),
  );
  return `${clean(stat)}\n\n${painted.join("\n")}`;
}
