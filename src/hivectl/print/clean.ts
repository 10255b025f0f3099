/**
 * Foreign text made safe for a terminal. What agents write is hostile input: an escape sequence in a message
 * could move the cursor, set the title or fake a line of ours.
 */

/** Everything but newline and tab; including C1 and the marks that turn the direction of text around. */
const CONTROL = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Keeps newlines. */
export function clean(text: string): string {
  // The usual case, without the large expression.
  if (/^[\n\t\u0020-\u007e]*$/.test(text)) return text;
  return text.replace(/\r\n/g, "\n").replace(CONTROL, "\u{fffd}");
}

/** All on one line. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, " ").trim();
}

/** Columns it takes in a terminal: two for what East Asian fonts draw wide, none for marks on another letter. */
export function columnsOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const char of text.replace(STYLES, "")) {
    if (/\p{M}|\u200d|\ufe0f/u.test(char)) continue;
    columns += WIDE.test(char) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** What paint.ts puts in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const STYLES = /\u001b\[[\d;]*m/g;

/** At most so many columns, with an ellipsis where something was cut. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const char of text) {
    used += columnsOf(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}

/** Lines of at most so many columns, broken at spaces where there are any. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(10, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<= )/)) {
    if (columnsOf((current + word).trimEnd()) > columns && current !== "") {
      lines.push(current.trimEnd());
      current = "";
    }
    current += word;
    while (columnsOf(current.trimEnd()) > columns) {
      const part = [...current].slice(0, columns - 1).join("");
      lines.push(part);
      current = current.slice(part.length);
    }
  }
  lines.push(current.trimEnd());
  return lines;
}

export function indent(lines: readonly string[], by: string): string {
  return lines.map((line) => (line === "" ? "" : by + line)).join("\n");
}
