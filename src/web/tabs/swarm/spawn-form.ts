/** What is typed into the form for a new agent: what is wrong with it, and what is asked of the hive. Pure. */
import { webPort } from "../../../lib/fnv1a.ts";
import { AgentConfig, type Role } from "../../../wire/agent-config.ts";
import type { agentEndpoints } from "../../../wire/agents.ts";
import type { CallInput } from "../../../wire/endpoint.ts";
import { AGENT_NAME_RULE, Effort, isAgentName, Model } from "../../../wire/ids.ts";

export interface SpawnForm {
  readonly name: string;
  readonly role: Role;
  readonly model: string;
  readonly effort: string;
  readonly backend: string;
  /** Separated by blanks or commas. */
  readonly packages: string;
}

export const EMPTY_FORM: SpawnForm = {
  name: "",
  role: "agent",
  model: "",
  effort: "",
  backend: "",
  packages: "",
};

export interface SpawnTexts {
  readonly persona: string;
  readonly prompt: string;
}

export type SpawnProblems = Partial<Record<keyof SpawnForm, string>>;

/** By field; an empty name is not yet a problem. */
export function spawnProblems(form: SpawnForm, existing: Iterable<string>): SpawnProblems {
  const problems = {
    name: form.name === "" ? undefined : nameProblem(form.name, [...existing]),
    model:
      form.model === "" || Model.safeParse(form.model).success
        ? undefined
        : "a model is opus, sonnet, haiku or a full name, without blanks",
    packages: packagesProblem(packageNames(form.packages)),
  };
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
}

function nameProblem(name: string, existing: readonly string[]): string | undefined {
  if (!isAgentName(name)) return AGENT_NAME_RULE;
  if (existing.includes(name)) return `there is a "${name}" already`;
  const port = webPort(name);
  const other = existing.find((one) => webPort(one) === port);
  return other === undefined
    ? undefined
    : `"${name}" would share the web port ${port} with "${other}": choose another name`;
}

export function packageNames(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

function packagesProblem(names: readonly string[]): string | undefined {
  const parsed = AgentConfig.shape.packages.safeParse(names);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const [at] = issue?.path ?? [];
  const name = typeof at === "number" ? `"${names[at]}": ` : "";
  return `${name}${issue?.message ?? "these are not names of packages"}`;
}

/** Of a form without problems. */
export function spawnInput(form: SpawnForm, texts: SpawnTexts): CallInput<typeof agentEndpoints.spawn> {
  const { name, role, model, effort, backend } = form;
  const packages = [...packageNames(form.packages)];
  const [persona, prompt] = [texts.persona.trim(), texts.prompt.trim()];
  const config = {
    ...(role === "agent" ? {} : { role }),
    ...(model === "" ? {} : { model }),
    ...(effort === "" ? {} : { effort: Effort.parse(effort) }),
    ...(persona === "" ? {} : { system_prompt: persona }),
    ...(packages.length === 0 ? {} : { packages }),
  };
  return {
    name,
    config,
    ...(backend === "" ? {} : { backend }),
    ...(prompt === "" ? {} : { prompt }),
  };
}
