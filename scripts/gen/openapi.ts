/** docs/protocol/openapi.json: the HTTP door, from the endpoint values. `--check` compares instead of writing. */
import { z } from "zod";
import type { Endpoint } from "../../src/wire/endpoint.ts";
import { ERROR_CODES, ERRORS } from "../../src/wire/errors.ts";
import { WIRE_VERSION } from "../../src/wire/version.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { checkOrWrite } from "./protocol/check-or-write.ts";
import { objectSchema, type Schema, schemaOf } from "./protocol/schema.ts";

/** Types with a name, met on the way. */
const named: Record<string, unknown> = {};

/** Moves a schema's definitions to where OpenAPI keeps them. */
function lifted(schema: Schema): Schema {
  const { $defs, ...rest } = JSON.parse(
    JSON.stringify(schema).replaceAll("#/$defs/", "#/components/schemas/"),
  );
  Object.assign(named, $defs);
  return rest;
}

const SECTION: Readonly<Record<string, unknown>> = {
  openapi: "3.1.0",
  info: {
    title: "hyperhive",
    version: String(WIRE_VERSION),
    description: "Generated from src/wire by scripts/gen/openapi.ts; do not edit.",
  },
  servers: [{ url: "http://127.0.0.1:7000" }],
};

function operation(key: string, endpoint: Endpoint): Record<string, unknown> {
  const [method, path] = endpoint.http ?? ["GET", ""];
  const inPath = [...path.matchAll(/:(\w+)/g)].map((hit) => hit[1] ?? "");
  const input = lifted(objectSchema(endpoint.input, "input"));
  const others = Object.entries(input.properties ?? {}).filter(([name]) => !inPath.includes(name));
  const required = input.required ?? [];
  const parameters = [
    ...inPath.map((name) => ({ name, in: "path", required: true, schema: input.properties?.[name] ?? {} })),
    ...(method === "GET"
      ? others.map(([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }))
      : []),
  ];
  const body: Schema = {
    type: "object",
    properties: Object.fromEntries(others),
    required: required.filter((name) => !inPath.includes(name)),
    additionalProperties: false,
  };
  return {
    operationId: key,
    summary: endpoint.summary,
    ...(endpoint.access === "public" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === "GET" || others.length === 0
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: responses(endpoint),
  };
}

function responses(endpoint: Endpoint): Record<string, unknown> {
  const type = endpoint.stream === true ? "text/event-stream" : "application/json";
  const description = endpoint.stream === true ? "Server-sent events; each `data` is one frame." : "Done.";
  return {
    "200": { description, content: { [type]: { schema: lifted(schemaOf(endpoint.output, "output")) } } },
    default: { $ref: "#/components/responses/Error" },
  };
}

function document(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [key, endpoint] of Object.entries<Endpoint>(operatorWire)) {
    if (endpoint.http === undefined) continue;
    const [method, path] = endpoint.http;
    const name = path.replace(/:(\w+)/g, "{$1}");
    paths[name] = { ...paths[name], [method.toLowerCase()]: operation(key, endpoint) };
  }
  const codes = ERROR_CODES.map((code) => `${code} (${ERRORS[code].status})`).join(", ");
  return {
    ...SECTION,
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      responses: {
        Error: {
          description: `Refused; the code is one of: ${codes}.`,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
      },
      schemas: {
        Error: schemaOf(
          z.object({ error: z.string(), code: z.enum(ERROR_CODES), hint: z.string().optional() }),
          "output",
        ),
        ...Object.fromEntries(Object.entries(named).sort(([a], [b]) => a.localeCompare(b, "en"))),
      },
    },
  };
}

checkOrWrite({
  path: "docs/protocol/openapi.json",
  text: `${JSON.stringify(document(), null, 2)}\n`,
  generator: "scripts/gen/openapi.ts",
});
