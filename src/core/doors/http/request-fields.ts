/** A request's path parameters, query and JSON body → the fields of one input. A field is said once, or equally. */
import { HiveError } from "../../../wire/errors.ts";
import { parseJson } from "../../../wire/json.ts";
import { type Fields, shown } from "../parse-input.ts";

export const BODY_MAX_BYTES = 1024 * 1024;

export async function requestFields(
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<Fields> {
  const url = new URL(request.url);
  const body = request.method === "GET" || request.method === "HEAD" ? {} : await jsonBody(request);
  const fields: Record<string, unknown> = { ...body };
  for (const [name, value] of [...url.searchParams, ...Object.entries(params)]) {
    const said = fields[name];
    if (Object.hasOwn(fields, name) && String(said) !== value) {
      throw new HiveError("invalid", `field "${shown(name)}" is said twice, differently`);
    }
    if (said === undefined) fields[name] = value;
  }
  return fields;
}

async function jsonBody(request: Request): Promise<Fields> {
  const text = await boundedText(request);
  if (text === "") return {};
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HiveError("invalid", `content type "${shown(type)}" is not "application/json"`);
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new HiveError("invalid", "the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HiveError("invalid", "the body is one JSON object");
  }
  return value as Fields;
}

async function boundedText(request: Request): Promise<string> {
  const tooLarge = (): HiveError =>
    new HiveError("too_large", `the body is larger than ${BODY_MAX_BYTES} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > BODY_MAX_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.byteLength;
    if (length > BODY_MAX_BYTES) throw tooLarge();
    parts.push(part);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts, length));
  } catch {
    throw new HiveError("invalid", "the body is not UTF-8");
  }
}
