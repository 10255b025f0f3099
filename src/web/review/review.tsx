/** A change as one reads it: by file, one column or two, coloured; a line can be commented on where somebody asked. */
import { useMemo } from "preact/hooks";
import { plural } from "../format.ts";
import { keptChoice } from "../net/kept.ts";
import { FileView } from "./file-view.tsx";
import type { Commenting } from "./line-view.tsx";
import { type PatchFile, patchFiles } from "./patch-files.ts";

const LAYOUTS = ["unified", "split"] as const;

interface ReviewProps {
  readonly diff: string;
  /** Absent: there is nobody to tell. */
  readonly commenting?: Commenting | undefined;
}

let kept: ReturnType<typeof keptChoice<(typeof LAYOUTS)[number]>> | undefined;

/** Made at the first look: the module is also read where there is no browser. */
function layoutChoice() {
  kept ??= keptChoice("hive-diff-layout", LAYOUTS, "unified");
  return kept;
}

export function Review({ diff, commenting }: ReviewProps) {
  const layout = layoutChoice();
  const files = useMemo(() => patchFiles(diff), [diff]);
  return (
    <section class={`diff review ${layout.value}`} aria-label="the change">
      <div class="review-bar">
        <span class="dim">{summary(files)}</span>
        <span class="grow" />
        <fieldset class="switch" aria-label="layout of the change">
          {LAYOUTS.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={layout.value === name}
              onClick={() => {
                layout.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      {files.map((file, i) => (
        <FileView
          key={`${i}${file.path}`}
          file={file}
          split={layout.value === "split"}
          commenting={commenting}
        />
      ))}
      {commenting !== undefined && (
        <p class="faint">
          a line's number takes a comment; {commenting.to} gets it with the file and the line
        </p>
      )}
    </section>
  );
}

function summary(files: readonly PatchFile[]): string {
  const lines = files.flatMap((file) => file.lines);
  const added = lines.filter(({ sign }) => sign === "+").length;
  const removed = lines.filter(({ sign }) => sign === "-").length;
  return `${plural(files.length, "file")} · ${added} added · ${removed} removed`;
}
