/** A tool call on one line: what it is, and the argument that says most. */
import { cleanLine, columnsOf, fit } from "./clean.ts";
import type { Paint } from "./paint.ts";

/** The first of these that an input has tells what the call is about. */
const TELLING = [
  "command",
  "file_path",
  "path",
  "pattern",
  "query",
  "url",
  "to",
  "agent",
  "description",
  "prompt",
];
/** Shown after it, when they are there. */
const ALSO = ["body", "question", "text"];

export interface ToolLineOptions {
  readonly width: number;
  readonly paint: Paint;
}

export function toolLine(
  call: { readonly name: string; readonly input?: unknown },
  { width, paint }: ToolLineOptions,
): string {
  const name = shortName(call.name);
  return `${paint("accent", name)} ${fit(summary(call.input), Math.max(10, width - columnsOf(name) - 1))}`.trimEnd();
}

/** `mcp__bash__run` → `bash run`; our own tools go without their server. */
export function shortName(name: string): string {
  const match = /^mcp__(.+?)__(.+)$/.exec(name);
  if (match === null) return cleanLine(name);
  const [, server = "", tool = ""] = match;
  return cleanLine(server === "hyperhive" ? tool : `${server} ${tool}`);
}

function summary(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const at = (key: string): string | undefined => {
    const value: unknown = Reflect.get(input, key);
    return typeof value === "string" ? cleanLine(value) : undefined;
  };
  const main = TELLING.map(at).find((text) => text !== undefined);
  const more = ALSO.map(at).find((text) => text !== undefined);
  if (main !== undefined) return more === undefined ? main : `${main}: ${more}`;
  if (more !== undefined) return more;
  return Object.keys(input).length === 0 ? "" : cleanLine(JSON.stringify(input));
}
