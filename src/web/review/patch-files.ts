/** A unified diff by file, each line with its numbers, and the lines side by side. Pure. */
import { type PatchLine, patchLines } from "../unified-diff.ts";

export interface ReviewLine extends PatchLine {
  /** Place in the whole diff: the line's identity. */
  readonly at: number;
  readonly before?: number;
  readonly after?: number;
}

export interface PatchFile {
  /** As it is called after the change; as it was called where it is removed. */
  readonly path: string;
  readonly lines: readonly ReviewLine[];
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

interface Build {
  path: string;
  lines: ReviewLine[];
  before: number;
  after: number;
}

/** Every line of the text is a line of one of the files: what is shown is all there is. */
export function patchFiles(diff: string): PatchFile[] {
  const files: Build[] = [];
  for (const [at, line] of patchLines(diff).entries()) {
    const head = line.sign === "@";
    let file = files.at(-1);
    if (file === undefined || (head && beginsFile(line.text, file))) {
      file = { path: "", lines: [], before: 0, after: 0 };
      files.push(file);
    }
    if (head) readHead(file, line.text);
    file.lines.push({ ...line, at, ...numbers(file, line.sign) });
  }
  return files.map(({ path, lines }) => ({ path, lines }));
}

/** A patch without git's headings begins a file with `---`. */
function beginsFile(text: string, file: Build): boolean {
  if (text.startsWith("diff --git ")) return true;
  return text.startsWith("--- ") && file.path !== "";
}

function readHead(file: Build, text: string): void {
  const hunk = HUNK.exec(text);
  if (hunk !== null) {
    file.before = Number(hunk[1]);
    file.after = Number(hunk[2]);
  } else if (/^(---|\+\+\+) /.test(text)) {
    const path = text.slice(4).replace(/\t.*$/, "");
    if (path !== "/dev/null") file.path = path.replace(/^("?)[ab]\//, "$1");
  }
}

function numbers(file: Build, sign: PatchLine["sign"]): { before?: number; after?: number } {
  switch (sign) {
    case "+":
      return { after: file.after++ };
    case "-":
      return { before: file.before++ };
    case " ":
      return { before: file.before++, after: file.after++ };
    case "@":
      return {};
  }
}

/** What stands side by side; a heading goes across. */
export type SplitRow =
  | { readonly kind: "head"; readonly line: ReviewLine }
  | {
      readonly kind: "pair";
      readonly left: ReviewLine | undefined;
      readonly right: ReviewLine | undefined;
    };

export function splitRows(lines: readonly ReviewLine[]): SplitRow[] {
  const rows: SplitRow[] = [];
  let removed: ReviewLine[] = [];
  let added: ReviewLine[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ kind: "pair", left: removed[i], right: added[i] });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.sign === "-") {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.sign === "+") added.push(line);
    else {
      flush();
      rows.push(line.sign === "@" ? { kind: "head", line } : { kind: "pair", left: line, right: line });
    }
  }
  flush();
  return rows;
}
