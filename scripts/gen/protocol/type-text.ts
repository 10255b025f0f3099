/** One JSON Schema in a few words, for the reference. */
import { refName, type Schema } from "./schema.ts";

const DEEPEST = 3;

export function typeText(schema: Schema, depth = 0): string {
  const text = bare(schema, depth);
  return "default" in schema ? `${text} (default \`${JSON.stringify(schema["default"])}\`)` : text;
}

function bare(schema: Schema, depth: number): string {
  const name = refName(schema)?.replace(/Input$/, "");
  if (name !== undefined) return `[${name}](#type-${name.toLowerCase()})`;
  if (schema["const"] !== undefined) return `\`${JSON.stringify(schema["const"])}\``;
  const choices = schema["enum"];
  if (Array.isArray(choices)) return choices.map((value) => `\`${JSON.stringify(value)}\``).join(" \\| ");
  const union = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(union)) {
    return [...new Set(union.map((part: Schema) => typeText(part, depth)))].join(" or ");
  }
  if (schema["type"] === "array") return `list of ${typeText((schema["items"] ?? {}) as Schema, depth)}`;
  if (schema["type"] === "object" || schema.properties !== undefined) return object(schema, depth);
  if (schema["format"] === "int64") return "64-bit integer";
  if (schema["format"] === "date-time") return "time";
  return String(schema["type"] ?? "anything");
}

function object(schema: Schema, depth: number): string {
  const names = Object.entries(schema.properties ?? {});
  if (names.length === 0) return "object";
  const kind = schema.properties?.["type"] ?? schema.properties?.["kind"];
  const constant = typeof kind === "object" && kind !== null && "const" in kind;
  if (depth >= DEEPEST && !constant) return "object";
  const shown = names.map(([name, type]) => {
    const fixed = type as Schema;
    const optional = schema.required?.includes(name) === true ? "" : "?";
    return fixed["const"] === undefined ? `\`${name}${optional}\`` : `\`${name}\` ${bare(fixed, depth)}`;
  });
  return `object of ${shown.join(", ")}`;
}
