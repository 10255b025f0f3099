/** One line → one JSON object, or the sentence that says what is wrong with it. */
import { HiveError } from "../../wire/errors.ts";
import { parseJson } from "../../wire/json.ts";

const HINT = 'e.g. {"cmd":"list"}';

export function readObject(line: string): Readonly<Record<string, unknown>> | HiveError {
  if (line.trim() === "") return new HiveError("invalid", "the line is empty", { hint: HINT });
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return new HiveError("invalid", "the line is not JSON", { hint: HINT });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new HiveError("invalid", "a request is one JSON object", { hint: HINT });
  }
  return value as Record<string, unknown>;
}
