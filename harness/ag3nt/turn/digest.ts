/** What a turn was about, in a few lines: for search, and for a conversation that was lost. Pure. */

export interface DigestInput {
  readonly messages: readonly { readonly from: string; readonly body: string }[];
  readonly answers: readonly string[];
}

const MAX_CHARS = 8_000;
const MAX_MESSAGE = 600;

function short(text: string, most: number): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}

export function turnDigest(input: DigestInput): string {
  const asked = input.messages.map((message) => `${message.from}: ${short(message.body, MAX_MESSAGE)}`);
  const said = input.answers.filter((text) => text.trim() !== "").slice(-5);
  const answered = said.map((text) => `→ ${short(text, MAX_MESSAGE * 2)}`);
  return fromEnd([...asked, ...answered].join("\n"));
}

/** The end is worth more than the beginning: it has the answer. */
function fromEnd(text: string): string {
  return text.length <= MAX_CHARS ? text : `…${text.slice(text.length - MAX_CHARS + 1)}`;
}
