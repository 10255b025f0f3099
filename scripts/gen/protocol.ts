/** docs/protocol/REFERENCE.md: every endpoint of the three doors with its fields. `--check` compares instead. */
import type { Endpoint, Wire } from "../../src/wire/endpoint.ts";
import { ERROR_CODES, ERRORS } from "../../src/wire/errors.ts";
import { LINK_VERSION, WIRE_VERSION } from "../../src/wire/version.ts";
import { agentWire, harnessWire, operatorWire } from "../../src/wire/wire.ts";
import { checkOrWrite } from "./protocol/check-or-write.ts";
import { fieldComments } from "./protocol/field-comments.ts";
import {
  NAMED_TYPES,
  type NamedType,
  objectSchema,
  resolve,
  type Schema,
  schemaOf,
} from "./protocol/schema.ts";
import { typeText } from "./protocol/type-text.ts";

const comments = fieldComments();

function fields(schema: Schema, key: string, shared = true): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, type]) => {
    const must = schema.required?.includes(name) === true ? "" : " (optional)";
    const note = noteFor(key, name, shared);
    return `  - \`${name}\`${must}: ${typeText(type as Schema)}${note === "" ? "" : `. ${note}`}`;
  });
  return rows.join("\n");
}

/** The comment at the endpoint's own field; else of any shared field list of that name. */
function noteFor(key: string, field: string, useShared: boolean): string {
  const shared = [...comments].find(
    ([name]) =>
      /:(\w*[fF]ields|Name|Decision|HistoryInput|effect|Scope|Reached|SpawnInput|SendResult)\./.test(name) &&
      name.endsWith(`.${field}`),
  );
  const own = [...comments].find(([name]) => name.endsWith(`:${key}.${field}`));
  return (own ?? (useShared ? shared : undefined))?.[1] ?? "";
}

function section(key: string, endpoint: Endpoint): string {
  const { http, access, summary, stream } = endpoint;
  const input = objectSchema(endpoint.input, "input");
  const output = schemaOf(endpoint.output, "output");
  const taken = fields(input, key);
  const given = output.properties === undefined ? `  - ${typeText(output)}` : fields(output, key);
  return [
    `### ${endpoint.cmd}`,
    "",
    `${summary} Access: ${access}.${http === undefined ? "" : ` HTTP: \`${http[0]} ${http[1]}\`.`}`,
    "",
    taken === "" ? "- Takes nothing." : `- Takes\n${taken}`,
    given === ""
      ? "- Answers with nothing further."
      : `- ${stream === true ? "Each frame has" : "Answers with"}\n${given}`,
    "",
  ].join("\n");
}

function typeSection({ name, file, type }: NamedType): string {
  const schema = resolve(schemaOf(type, "output"));
  const about = comments.get(`${file}:${name}`);
  const variants = schema["oneOf"] ?? schema["anyOf"];
  const body = Array.isArray(variants)
    ? variants.map((variant: Schema) => `- ${typeText(variant)}`).join("\n")
    : fields(schema, name, false).replace(/^ {2}/gm, "");
  return [`### Type ${name}`, "", ...(about === undefined ? [] : [about, ""]), body, ""].join("\n");
}

function table(title: string, about: string, wire: Wire): string {
  const sections = Object.entries(wire).map(([key, endpoint]) => section(key, endpoint));
  return [`## ${title}`, "", about, "", ...sections].join("\n");
}

const errors = ERROR_CODES.map((code) => {
  const note = comments.get(`hive-error:ERRORS.${code}`) ?? "";
  return `| \`${code}\` | ${ERRORS[code].status} | ${ERRORS[code].exit} | ${note} |`;
});

const text = `# The protocol

Generated from src/wire by \`bun scripts/gen/protocol.ts\`; do not edit. The same for machines:
[openapi.json](openapi.json).

Wire version ${WIRE_VERSION}, link version ${LINK_VERSION}. Names are snake_case, times RFC 3339 in UTC, durations in seconds unless
the name says otherwise. Requests are read strictly: an unknown field is an error. Answers are to be read
tolerantly: ignore what you do not know.

## Doors

- **Host socket** (\`host.sock\`): JSON lines. \`{"cmd":"list"}\` is answered by \`{"version":${WIRE_VERSION},"ok":true,…}\` or
  \`{"version":${WIRE_VERSION},"ok":false,"error":"…","code":"…","hint":"…"}\`. Many requests per connection, answered in order; after a
  request that answers with a stream no further ones are read. A line has at most 1 MiB.
- **HTTP**: the same below \`/api/v1\`, with \`Authorization: Bearer <token>\`. A request's fields are those of its path,
  query and JSON body together. A refusal has the error's status and \`{"error","code","hint"}\` as its body. Streams are
  server-sent events: \`id\` is the frame's seq, \`data\` the frame; \`Last-Event-ID\` resumes without a gap.
- **Agent socket** (\`hive.sock\`, one per agent): JSON lines \`{"rid":1,"cmd":"hello",…}\`, answered by
  \`{"rid":1,"ok":true,…}\` in any order; frames with \`push\` come unasked. The connection is the identity.

## Errors

Test the code, never the text.

| code | HTTP | exit | meaning |
|---|---|---|---|
${errors.join("\n")}

${table("Operator", "Host socket, and HTTP where a path is given.", operatorWire)}
${table("Agent", "An agent's own socket.", agentWire)}
${table("Harness pages", "Served by an agent's harness on its own port, with a ticket signed by the hive.", harnessWire)}
## Types

${NAMED_TYPES.filter(({ name }) => !name.endsWith("Input") && name !== "LinkRequest")
  .map(typeSection)
  .join("\n")}`;

checkOrWrite({
  path: "docs/protocol/REFERENCE.md",
  text: `${text.trimEnd()}\n`,
  generator: "scripts/gen/protocol.ts",
});
