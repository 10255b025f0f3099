/** A request for an agent, in the words people know, for who decides about it: what was left out is said as well. */
import { chosenFields } from "./agent-config.ts";

export type Fact = readonly [label: string, value: unknown];

const LABELS: Readonly<Record<string, string>> = { system_prompt: "persona", prompt: "first message" };
/** Always told, in this order. */
const USUAL: readonly Fact[] = [
  ["role", "agent"],
  ["persona", "none: the hive's own prompt alone"],
  ["model", "claude's default"],
  ["packages", "none"],
  ["backend", "the hive's default"],
  ["first message", "none: it waits"],
];

export function spawnFacts({ name, config, ...rest }: Readonly<Record<string, unknown>>): readonly Fact[] {
  const given = [...chosenFields(config), ...Object.entries(rest)]
    .filter(([, value]) => value !== undefined)
    .map(([field, value]): Fact => [LABELS[field] ?? field, value]);
  const chosen = new Map(given);
  const usual = USUAL.map(([label, otherwise]): Fact => [label, chosen.get(label) ?? otherwise]);
  const further = given.filter(([label]) => !USUAL.some(([one]) => one === label));
  return [["name", name], ...usual, ...further].map(([label, value]) => [String(label), words(value)]);
}

/** A list of words reads as such. */
function words(value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value.join(", ") : value;
}

/** What any kind of request asks for. */
export function requestFacts(kind: string, payload: Readonly<Record<string, unknown>>): readonly Fact[] {
  if (kind === "spawn") return spawnFacts(payload);
  return Object.entries(payload).filter(([, value]) => value !== undefined);
}
