/** A unified diff as lines with signs. Pure. */

/** `@`: a heading (a file, a place in it) that changes nothing. */
export interface PatchLine {
  readonly sign: "+" | "-" | " " | "@";
  readonly text: string;
}

/** Every line of the text is a line of the result: what is shown is all there is. */
export function patchLines(diff: string): PatchLine[] {
  const lines: PatchLine[] = [];
  let inside = false;
  for (const line of diff.replace(/\n$/, "").split("\n")) {
    // Within a hunk `---` removes a line that begins with two dashes.
    if (line.startsWith("diff --git ")) inside = false;
    const sign = line.charAt(0);
    const body = inside && (sign === "+" || sign === "-" || sign === " ");
    lines.push(body ? { sign, text: line.slice(1) } : { sign: "@", text: line });
    if (line.startsWith("@@ ")) inside = true;
  }
  return lines;
}
