/** Colours by meaning. Plain text where colours are off, so that every word still says what its colour says. */

export type Tone = "plain" | "dim" | "bold" | "good" | "warn" | "bad" | "accent";

export type Paint = (tone: Tone, text: string) => string;

const CODES: Readonly<Record<Exclude<Tone, "plain">, readonly [number, number]>> = {
  dim: [2, 22],
  bold: [1, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  accent: [35, 39],
};

export const plain: Paint = (_tone, text) => text;

export const colours: Paint = (tone, text) => {
  if (tone === "plain" || text === "") return text;
  const [on, off] = CODES[tone];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};
