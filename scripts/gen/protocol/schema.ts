/**
 * zod → JSON Schema, with what zod cannot say by itself: 64-bit integers, and names for the types that src/wire
 * exports, so that they are described once.
 */
import { z } from "zod";
import * as agentConfig from "../../../src/wire/agent-config.ts";
import * as agents from "../../../src/wire/agents.ts";
import * as approvals from "../../../src/wire/approvals.ts";
import * as events from "../../../src/wire/events.ts";
import { ApprovalId } from "../../../src/wire/ids.ts";
import * as journal from "../../../src/wire/journal.ts";
import * as link from "../../../src/wire/link.ts";
import * as messages from "../../../src/wire/messages.ts";
import * as operations from "../../../src/wire/operations.ts";
import * as questions from "../../../src/wire/questions.ts";
import * as schedules from "../../../src/wire/schedules.ts";
import * as system from "../../../src/wire/system.ts";
import * as usage from "../../../src/wire/usage.ts";

export interface Schema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** By the file that declares them, which is where their comments are. */
const MODULES: Readonly<Record<string, object>> = {
  "agent-config": agentConfig,
  agents,
  approvals,
  events,
  journal,
  link,
  messages,
  operations,
  questions,
  schedules,
  system,
  usage,
};

export interface NamedType {
  readonly name: string;
  readonly file: string;
  readonly type: z.ZodType;
}

/** Exported objects and unions of objects; what is only a string with a rule stays inline. */
export const NAMED_TYPES: readonly NamedType[] = Object.entries(MODULES).flatMap(([file, module]) =>
  Object.entries(module).flatMap(([name, type]) =>
    type instanceof z.ZodObject || type instanceof z.ZodDiscriminatedUnion ? [{ name, file, type }] : [],
  ),
);

function registryFor(io: "input" | "output"): z.core.$ZodRegistry<{ id?: string }> {
  const registry = z.registry<{ id?: string }>();
  for (const { name, type } of NAMED_TYPES) {
    if (io === "input" && /Input$/.test(name)) continue;
    registry.add(type, { id: io === "input" ? `${name}Input` : name });
  }
  return registry;
}

const REGISTRIES = { input: registryFor("input"), output: registryFor("output") } as const;

/** How a value looks on the wire: `input` before defaults are filled in, `output` after. Named types are `$defs`. */
export function schemaOf(type: z.ZodType, io: "input" | "output"): Schema {
  const {
    $schema: _,
    id: __,
    ...rest
  } = z.toJSONSchema(type, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
    metadata: REGISTRIES[io],
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema["id"];
      if ((zodSchema as unknown) !== ApprovalId) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, { type: "integer", format: "int64" });
    },
  });
  return rest as Schema;
}

/** An input's fields; a named input is looked through. */
export function objectSchema(type: z.ZodType, io: "input" | "output"): Schema {
  const schema = resolve(schemaOf(type, io));
  return schema.properties === undefined ? { ...schema, properties: {} } : schema;
}

/** What a `$ref` at the top points to, with the definitions it may need. */
export function resolve(schema: Schema): Schema {
  const name = refName(schema);
  if (name === undefined) return schema;
  const defs = schema["$defs"] as Record<string, Schema> | undefined;
  return { ...defs?.[name], $defs: defs };
}

/** `AgentRow` of `#/$defs/AgentRow`. */
export function refName(schema: Schema): string | undefined {
  const ref = schema["$ref"];
  return typeof ref === "string" ? ref.slice(ref.lastIndexOf("/") + 1) : undefined;
}
