/**
 * The meta flake as text, pure: one `nixosConfigurations.<agent>` each, every input pinned to what was approved.
 * Writing, committing and deploying it are others'.
 */
import { HiveError } from "../../wire/errors.ts";
import { isAgentName } from "../../wire/ids.ts";

export interface MetaAgent {
  readonly name: string;
  /** Its configuration as it was approved last; absent: the base alone. */
  readonly applied?: { readonly repository: string; readonly sha: string } | undefined;
}

export interface MetaFlake {
  /** Flake reference of hyperhive itself: it brings `lib.agentSystem` and nixpkgs. */
  readonly hyperhive: string;
  readonly agents: readonly MetaAgent[];
  /** Further inputs, by name. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The same agents give the same text, in whatever order they come. */
export function renderMetaFlake({ hyperhive, agents, inputs = {} }: MetaFlake): string {
  const sorted = agents.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const further = Object.entries(inputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    "# Written by hive-c0re: changes are lost.",
    "{",
    "  inputs = {",
    `    hyperhive.url = ${nixString(hyperhive)};`,
    ...further.map(([name, url]) => `    ${inputName(name)}.url = ${nixString(url)};`),
    ...sorted.flatMap(agentInput),
    "  };",
    "",
    "  outputs = inputs: {",
    "    nixosConfigurations = {",
    ...sorted.map(agentOutput),
    "    };",
    "  };",
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function agentInput({ name, applied }: MetaAgent): string[] {
  checkName(name);
  if (applied === undefined) return [];
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(applied.sha))
    throw new HiveError("invalid", `"${applied.sha}" is not a whole commit id`, {
      hint: "name the commit by its sha",
    });
  // With a ref: without one nix asks for the branch that HEAD names, and this repository has no branch.
  const where = `ref=${pinRef(applied.sha)}&rev=${applied.sha}`;
  const url = `git+file://${urlPath(applied.repository)}?${where}`;
  // Not a flake of its own: what an agent writes cannot add inputs.
  return [`    ${configInput(name)} = { url = ${nixString(url)}; flake = false; };`];
}

/** What holds a commit in a repository of applied configurations. */
export function pinRef(sha: string): string {
  return `refs/hive/incoming/${sha}`;
}

/** A path within a URL: also what would begin its query or fragment is part of the path. */
export function urlPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function agentOutput({ name, applied }: MetaAgent): string {
  const config = applied === undefined ? "null" : `inputs.${configInput(name)}`;
  return `      "${name}" = inputs.hyperhive.lib.agentSystem { name = "${name}"; config = ${config}; inherit inputs; };`;
}

function configInput(name: string): string {
  return `agent-${name}`;
}

function checkName(name: string): void {
  if (!isAgentName(name)) throw new HiveError("invalid", `"${name}" is not an agent name`);
}

function inputName(name: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(name) && name !== "hyperhive" && !name.startsWith("agent-")) return name;
  throw new HiveError("invalid", `"${name}" cannot name an input of the meta flake`, {
    hint: "use lower-case letters, digits and -; hyperhive and agent-… are taken",
  });
}

/** `${` would be evaluated, a quote would end the string. */
export function nixString(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replaceAll("${", "\\${").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
}

/**
 * `nix build` takes what follows `#` as an attribute of the flake's outputs and does not look into
 * nixosConfigurations: the whole way is spelled out.
 */
export function toplevelRef(flakeRef: string): string {
  const at = flakeRef.indexOf("#");
  const path = flakeRef.slice(0, at);
  const name = flakeRef.slice(at + 1);
  if (at < 1 || name === "")
    throw new HiveError("invalid", `"${flakeRef}" names no configuration`, { hint: "write FLAKE#AGENT" });
  checkName(name);
  return `${path}#nixosConfigurations.${name}.config.system.build.toplevel`;
}
