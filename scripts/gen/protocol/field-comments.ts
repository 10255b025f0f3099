/** The `/** … *\/` lines above fields and declarations of src/wire, which are the reference's own words. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/paths.ts";

/**
 * By field name within a file's declaration: `agents:AgentRow.pid`, and `agents:spawn.backend` for a field written
 * inside an endpoint. Good enough for a reference: the same name in nested objects shares its comment.
 */
export type Comments = ReadonlyMap<string, string>;

const DECLARATION = /^(?:export )?const (\w+)|^ {2}(\w+): endpoint\(/;
const FIELD = /^\s+(\w+): ?|^\s+\.\.\./;

export function fieldComments(): Comments {
  const found = new Map<string, string>();
  const dir = join(ROOT, "src/wire");
  for (const file of readdirSync(dir).sort()) {
    if (file.endsWith(".ts") && !file.endsWith(".test.ts")) {
      collect(file.replace(/\.ts$/, ""), readFileSync(join(dir, file), "utf8"), found);
    }
  }
  return found;
}

function collect(file: string, text: string, into: Map<string, string>): void {
  let scope = "";
  let pending = "";
  for (const { comment, line } of statements(text)) {
    if (comment !== undefined) {
      pending = comment;
      continue;
    }
    const declared = DECLARATION.exec(line);
    const field = FIELD.exec(line)?.[1];
    if (declared !== null) scope = declared[1] ?? declared[2] ?? "";
    if (pending !== "" && declared !== null) into.set(`${file}:${scope}`, pending);
    else if (pending !== "" && field !== undefined) into.set(`${file}:${scope}.${field}`, pending);
    pending = "";
  }
}

function* statements(text: string): Generator<{ comment?: string; line: string }> {
  let open: string[] | undefined;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (open === undefined && trimmed.startsWith("/**")) open = [];
    if (open === undefined) {
      yield { line };
      continue;
    }
    open.push(trimmed.replace(/^\/\*\*\s?|\s*\*\/$|^\*\s?/g, ""));
    if (!trimmed.endsWith("*/")) continue;
    yield { comment: open.join(" ").replace(/\*\/$/, "").trim(), line };
    open = undefined;
  }
}
