/** Server-sent events from bytes, by the rules of the HTML standard. `event` and `retry` are not used here. */
import { HiveError } from "../wire/errors.ts";

export interface SseMessage {
  readonly data: string;
  /** The last id seen up to here. */
  readonly id: string | undefined;
}

/** A frame of ours is at most a snapshot; beyond this the other side is not ours. */
const MAX_MESSAGE_CHARS = 64 * 1024 * 1024;

/** Lines ended by LF, CR or CRLF, also when a chunk ends between the two. */
function lineSplitter() {
  let held = "";
  let skipLf = false;
  return function* push(text: string): Generator<string> {
    let rest = skipLf && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") skipLf = false;
    for (let at = rest.search(/[\r\n]/); at !== -1; at = rest.search(/[\r\n]/)) {
      yield held + rest.slice(0, at);
      held = "";
      const crlf = rest.startsWith("\r\n", at);
      skipLf = rest.charAt(at) === "\r" && at + 1 === rest.length;
      rest = rest.slice(at + (crlf ? 2 : 1));
    }
    held += rest;
    if (held.length > MAX_MESSAGE_CHARS)
      throw new HiveError("too_large", "an event of the stream has no end");
  };
}

/** Complete messages only: one that the end of the stream cuts off is dropped, as the standard says. */
export async function* parseSse(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  const split = lineSplitter();
  let data: string[] = [];
  let id: string | undefined;
  for await (const chunk of chunks) {
    for (const line of split(decoder.decode(chunk, { stream: true }))) {
      if (line === "") {
        if (data.length > 0) yield { data: data.join("\n"), id };
        data = [];
        continue;
      }
      const [field, value] = fieldOf(line);
      if (field === "data") data.push(value);
      if (field === "id" && !value.includes("\0")) id = value === "" ? undefined : value;
    }
  }
}

/** A comment is a field with an empty name. */
function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
