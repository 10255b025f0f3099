/** A line of a build as text alone: programs colour it and draw over it, and what they build may try worse. */

const LINE_CHARS = 2_000;
/** Longer than any line that is kept, also when half of it are colours. */
const READ_CHARS = 4 * LINE_CHARS;

/** CSI, OSC and the short escape sequences of ECMA-48, whole or cut off. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)|\u009b[0-?]*[ -/]*[@-~]?/g;
const CONTROLS = /(?!\t)\p{Cc}/gu;

export function plainLine(line: string): string {
  const text = line.slice(0, READ_CHARS).replace(ESCAPES, "").replace(/\s+$/, "");
  // What a progress line was last.
  const last = text.slice(text.lastIndexOf("\r") + 1);
  return last.replace(CONTROLS, "\u{fffd}").slice(0, LINE_CHARS);
}
