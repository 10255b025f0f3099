/**
 * A request's fields → the endpoint's input, strictly; what is wrong becomes one sentence that names the field.
 * The one leniency is `Endpoint.ignored`: fields that published clients send and we do not read.
 */
import type { z } from "zod";
import { nearest } from "../../lib/nearest.ts";
import type { Endpoint, Input } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export function parseInput<E extends Endpoint>(endpoint: E, fields: Fields): Input<E> {
  const parsed = endpoint.input.safeParse(withoutIgnored(fields, endpoint.ignored));
  if (parsed.success) return parsed.data as Input<E>;
  throw refusal(endpoint, fields, parsed.error);
}

function withoutIgnored(fields: Fields, ignored: readonly string[] | undefined): Fields {
  if (ignored === undefined) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !ignored.includes(name)));
}

type Issue = z.core.$ZodIssue;

function refusal(endpoint: Endpoint, fields: Fields, error: z.ZodError): HiveError {
  const issue = pickIssue(error.issues);
  if (issue === undefined) return new HiveError("invalid", `"${endpoint.cmd}" does not accept this request`);
  if (issue.code === "unrecognized_keys") return unknownField(endpoint, issue.keys[0] ?? "", issue.path);
  const path = pathOf(issue.path);
  if (path === "") return new HiveError("invalid", `"${endpoint.cmd}": ${lowerFirst(issue.message)}`);
  const missing = valueAt(fields, issue.path) === undefined;
  const text = missing ? `field "${path}" is missing` : `field "${path}": ${lowerFirst(issue.message)}`;
  return new HiveError("invalid", `"${endpoint.cmd}": ${text}`);
}

/** An unknown field explains more than the missing one it was meant to be. */
function pickIssue(issues: readonly Issue[]): Issue | undefined {
  const first = issues.find((issue) => issue.code === "unrecognized_keys") ?? issues[0];
  return first === undefined ? undefined : deepest(first);
}

/** Of a union's branches, the one that complained about the value rather than about its kind. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const telling = inner.findLast(({ code }) => code !== "invalid_value" && code !== "invalid_type");
  const chosen = telling ?? inner.at(-1);
  return chosen === undefined
    ? issue
    : deepest({ ...chosen, path: [...issue.path, ...chosen.path] } as Issue);
}

function unknownField(endpoint: Endpoint, field: string, path: readonly PropertyKey[]): HiveError {
  const known = path.length === 0 ? fieldNames(endpoint.input) : [];
  const close = nearest(field, known);
  const where = path.length === 0 ? `"${endpoint.cmd}"` : `"${pathOf(path)}" of "${endpoint.cmd}"`;
  return new HiveError("invalid", `unknown field "${shown(field)}" in ${where}`, {
    hint: close === undefined ? knownHint(known) : `did you mean "${close}"?`,
  });
}

function knownHint(known: readonly string[]): string | undefined {
  return known.length === 0 ? undefined : `known fields: ${known.join(", ")}`;
}

export function fieldNames(schema: z.ZodType): readonly string[] {
  const shape: unknown = Reflect.get(schema, "shape");
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  return at;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Foreign text in an answer: short and without control characters. */
export function shown(text: string): string {
  const clean = text.replace(/\p{C}/gu, "\u{fffd}");
  return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}
