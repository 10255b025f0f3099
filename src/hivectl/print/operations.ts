/** Operations at a glance, and one with its log. */

import { formatDuration } from "../../lib/duration.ts";
import { kindWords } from "../../wire/kind-words.ts";
import type { Operation } from "../../wire/operations.ts";
import { shownId } from "../short-id.ts";
import { cleanLine } from "./clean.ts";
import { createLogPrinter } from "./operation-log.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { age, dateTime, shortAge, type View } from "./view.ts";

const TONES: Readonly<Record<Operation["state"], Tone>> = { running: "warn", done: "good", failed: "bad" };

export function printOperations(operations: readonly Operation[], view: View): string {
  if (operations.length === 0) return "no operations";
  const rows = operations.map((operation): Cell[] => [
    { text: shownId(operation.id, view), tone: "dim" },
    shortAge(operation.started_at, view),
    cleanLine(kindWords(operation.kind)),
    { text: cleanLine(operation.agent ?? ""), tone: "bold" },
    { text: operation.state, tone: TONES[operation.state] },
    cleanLine(operation.error ?? (operation.state === "running" ? operation.step : "")),
  ]);
  const head = ["ID", "AGE", "WHAT", "AGENT", "STATE", "STEP"];
  return table(rows, { head, width: view.width, paint: view.paint, shrink: [3] });
}

export function printOperation(operation: Operation, view: View): string {
  const { paint } = view;
  const took = Date.parse(operation.ended_at ?? "") - Date.parse(operation.started_at);
  const share = operation.progress === undefined ? "" : ` ${Math.round(operation.progress * 100)}%`;
  const rows: (readonly [string, Cell | undefined])[] = [
    ["id", operation.id],
    ["what", `${cleanLine(kindWords(operation.kind))} ${cleanLine(operation.agent ?? "")}`.trim()],
    ["state", { text: operation.state, tone: TONES[operation.state] }],
    ["step", operation.state === "running" ? `${cleanLine(operation.step)}${share}` : ""],
    ["error", operation.error === undefined ? "" : { text: cleanLine(operation.error), tone: "bad" }],
    ["try", cleanLine(operation.hint ?? "")],
    ["started", `${dateTime(operation.started_at)} (${age(operation.started_at, view)})`],
    ["took", Number.isFinite(took) ? formatDuration(took) : ""],
  ];
  const log = createLogPrinter(view)(operation.log);
  return log.length === 0 ? facts(rows, paint) : `${facts(rows, paint)}\n\n${log.join("\n")}`;
}
