/** One file of a change, in one column or in two. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { visible } from "../format.ts";
import { useNarrow } from "../ui/use-narrow.ts";
import { type Commenting, LineCell, LineNotes } from "./line-view.tsx";
import { type PatchFile, type ReviewLine, splitRows } from "./patch-files.ts";
import { languageOf } from "./tokens.ts";

interface FileProps {
  readonly file: PatchFile;
  readonly split: boolean;
  readonly commenting: Commenting | undefined;
}

export function FileView({ file, split, commenting }: FileProps) {
  const narrow = useNarrow();
  const [picking, setPicking] = useState(false);
  const takes = commenting !== undefined && (!narrow || picking);
  const name = file.path === "" ? "change" : visible(file.path);
  return (
    <div class={narrow && picking ? "review-file picking" : "review-file"}>
      <div class="file-bar">
        <h3 class="file-name">{name}</h3>
        <span class="grow" />
        {narrow && commenting !== undefined && (
          <button
            type="button"
            class="button quiet"
            aria-pressed={picking}
            aria-label={`comment on a line of ${name}`}
            onClick={() => setPicking(!picking)}
          >
            comment on a line
          </button>
        )}
      </div>
      <Lines file={file} split={split} commenting={commenting} takes={takes} />
    </div>
  );
}

interface LinesProps extends FileProps {
  /** A number is a button now. */
  readonly takes: boolean;
}

function Lines({ file, split, commenting, takes }: LinesProps) {
  // Place of the line that is being commented on.
  const [open, setOpen] = useState<number | undefined>(undefined);
  const language = languageOf(file.path);
  const onOpen = takes ? (at: number) => setOpen(at === open ? undefined : at) : undefined;
  const cell = (line: ReviewLine | undefined, side?: "left" | "right") => (
    <LineCell
      line={line}
      path={file.path}
      language={language}
      side={side}
      open={line?.at === open}
      onOpen={onOpen}
    />
  );
  const notes = (line: ReviewLine | undefined) =>
    line === undefined || line.sign === "@" ? null : (
      <LineNotes
        line={line}
        path={file.path}
        commenting={commenting}
        open={line.at === open}
        onClose={() => setOpen(undefined)}
      />
    );
  const draw = () => (split ? splitDrawn({ file, cell, notes }) : unifiedDrawn({ file, cell, notes }));
  // Drawn again for what changes it, not for each event of the hive.
  const drawn = useMemo(draw, [file, split, takes, open, saidKey(commenting)]);
  return (
    <section
      class="review-lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region is reached by keyboard only when it takes focus
      tabIndex={0}
      aria-label={`changes of ${file.path === "" ? "it" : visible(file.path)}`}
    >
      {file.lines.length > LONGEST ? <pre class="whole">{wholeText(file)}</pre> : drawn}
    </section>
  );
}

interface Drawing {
  readonly file: PatchFile;
  readonly cell: (line: ReviewLine | undefined, side?: "left" | "right") => ComponentChildren;
  readonly notes: (line: ReviewLine | undefined) => ComponentChildren;
}

/** Beyond it a browser takes seconds for the lines: they are shown as one text, every one of them. */
const LONGEST = 4_000;

function wholeText({ lines }: PatchFile): string {
  return visible(lines.map(({ sign, text }) => (sign === "@" ? text : `${sign} ${text}`)).join("\n"));
}

function saidKey(commenting: Commenting | undefined): string {
  const said = [...(commenting?.said.values() ?? [])].flat();
  return `${commenting?.to} ${said.map(({ message }) => `${message.id}${message.state}`).join(" ")}`;
}

function unifiedDrawn({ file, cell, notes }: Drawing): ComponentChildren {
  if (file.lines.length > LONGEST) return null;
  return file.lines.map((line) => (
    <div key={line.at}>
      <div class="line-row">{cell(line)}</div>
      {notes(line)}
    </div>
  ));
}

function splitDrawn({ file, cell, notes }: Drawing): ComponentChildren {
  if (file.lines.length > LONGEST) return null;
  return splitRows(file.lines).map((row) =>
    row.kind === "head" ? (
      <div key={row.line.at} class="line-row across">
        {cell(row.line)}
      </div>
    ) : (
      <div key={`${row.left?.at}-${row.right?.at}`}>
        <div class="line-row">
          {cell(row.left, "left")}
          {cell(row.right, "right")}
        </div>
        {row.left !== row.right && notes(row.left)}
        {notes(row.right)}
      </div>
    ),
  );
}
