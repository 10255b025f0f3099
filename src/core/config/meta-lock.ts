/**
 * What a flake.lock says of the inputs that are not agents' configurations: which they are, and what changes from one
 * lock file to another. Pure.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { HiveError } from "../../wire/errors.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Node = z.looseObject({
  inputs: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  locked: z.record(z.string(), Scalar).optional(),
});
const Lock = z.looseObject({ root: z.string(), nodes: z.record(z.string(), Node) });

/** By way of the inputs: `hyperhive`, `hyperhive/nixpkgs`. */
type Inputs = ReadonlyMap<string, string>;

/** Each input with exactly what it is locked to. */
export function lockedInputs(text: string): Inputs {
  const { root, nodes } = parseLock(text);
  const found = new Map<string, string>();
  const visit = (node: string, way: readonly string[]): void => {
    for (const [name, to] of Object.entries(nodes[node]?.inputs ?? {})) {
      // One that follows another is locked there.
      if (typeof to !== "string" || (way.length === 0 && isAgentInput(name))) continue;
      const path = [...way, name];
      if (path.length > 20) throw notALock();
      found.set(path.join("/"), lockedText(nodes[to]?.locked ?? {}));
      visit(to, path);
    }
  };
  visit(root, []);
  return found;
}

/** One line for each input that is another afterwards. */
export function inputChanges(before: string, after: string): readonly string[] {
  const [old, now] = [lockedInputs(before), lockedInputs(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .toSorted()
    .map((name) => `${name}: ${old.get(name) ?? "(new)"} → ${now.get(name) ?? "(gone)"}`);
}

/** The same for two lock files that differ in agents' configurations only. */
export function inputsDigest(text: string): string {
  return createHash("sha256")
    .update(JSON.stringify([...lockedInputs(text)].toSorted()))
    .digest("hex");
}

export function isAgentInput(name: string): boolean {
  return name.startsWith("agent-");
}

function parseLock(text: string): z.output<typeof Lock> {
  try {
    return Lock.parse(JSON.parse(text));
  } catch (cause) {
    throw notALock(cause);
  }
}

function notALock(cause?: unknown): HiveError {
  return new HiveError("storage", "the lock file of the meta flake is damaged", {
    hint: "hivectl doctor",
    cause,
  });
}

/** Where it comes from and its revision, or its hash where it has none. */
function lockedText(locked: Readonly<Record<string, string | number | boolean>>): string {
  const { type, owner, repo, url, path, dir, rev, narHash, lastModified } = locked;
  const source = url ?? path ?? [owner, repo].filter((part) => part !== undefined).join("/");
  const day =
    typeof lastModified === "number" ? ` (${new Date(lastModified * 1000).toISOString().slice(0, 10)})` : "";
  const at = dir === undefined ? "" : `?dir=${dir}`;
  return `${type ?? "unknown"}:${source}${at} ${rev ?? narHash ?? "without a hash"}${day}`;
}
