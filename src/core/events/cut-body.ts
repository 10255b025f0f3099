/** The timeline is read again and again; a long body is in it once, shortened. The message itself stays whole. */
import type { HiveEventData } from "../../wire/events.ts";
import type { Message } from "../../wire/messages.ts";

const LONGEST_BYTES = 4 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function cutBody(data: HiveEventData): HiveEventData {
  if (data.type !== "message") return data;
  const message = cutMessage(data.message);
  return message === data.message ? data : { ...data, message };
}

/** The same message when it is short. */
export function cutMessage(message: Message): Message {
  const { body } = message;
  // A UTF-16 unit is at most three bytes.
  if (body.length * 3 <= LONGEST_BYTES) return message;
  const bytes = encoder.encode(body);
  if (bytes.byteLength <= LONGEST_BYTES) return message;
  return { ...message, body: `${decoder.decode(headOf(bytes))}…` };
}

/** Not through the middle of a character: bytes 10xxxxxx continue one. */
function headOf(bytes: Uint8Array): Uint8Array {
  let end = LONGEST_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
