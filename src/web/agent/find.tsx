/** Words in this agent's whole transcript; a hit leads to its place. */
import { useState } from "preact/hooks";
import { eventText } from "../../wire/event-text.ts";
import { plural, visible } from "../format.ts";
import { Age } from "../ui/bits.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Excerpt } from "../ui/excerpt.tsx";
import { useAnswer } from "../ui/use-answer.ts";
import type { Journal } from "./journal.ts";

interface FindProps {
  readonly journal: Journal;
  readonly onPick: (seq: number) => void;
}

export function Find({ journal, onPick }: FindProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button plain find-here" onClick={() => setOpen(true)}>
        search
      </button>
      {open && (
        <Dialog title="search this transcript" onClose={() => setOpen(false)}>
          <FindBody
            journal={journal}
            onPick={(seq) => {
              setOpen(false);
              onPick(seq);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function FindBody({ journal, onPick }: FindProps) {
  const [query, setQuery] = useState("");
  const words = query.trim();
  const { value, error } = useAnswer(words, () => journal.find(words));
  const hits = value?.events.toReversed() ?? [];
  return (
    <div class="palette">
      <input
        type="search"
        autofocus
        aria-label="words in the transcript"
        placeholder="exact words: said, thought, typed or printed"
        value={query}
        maxLength={200}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <p class="dim" role="status">
        {words === ""
          ? ""
          : (error?.message ?? (value === undefined ? "searching…" : found(hits.length, value.more)))}
      </p>
      <ul class="palette-list found">
        {hits.map(({ seq, at, data }) => (
          <li key={seq}>
            <button type="button" class="found-place" onClick={() => onPick(seq)}>
              <span class="dim">
                {data.kind.replaceAll("_", " ")} · <Age at={at} />
              </span>
              <span>
                <Excerpt text={visible(eventText(data))} words={words} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function found(n: number, more: boolean): string {
  if (n === 0) return "nothing with exactly these words";
  return more ? `the newest ${n}; more words find older ones` : plural(n, "place");
}
