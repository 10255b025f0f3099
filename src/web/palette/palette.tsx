/** Ctrl-K: type a few letters, Enter goes there or does it. A listbox steered from its field. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Hive, useHive } from "../hive.ts";
import { Dialog } from "../ui/dialog.tsx";
import { type Entry, paletteEntries } from "./entries.ts";
import { fitting } from "./match.ts";
import { useFound } from "./use-found.ts";

const MOST = 60;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const hive = useHive();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = useFound(query.trim());
  const entries = paletteEntries(hive);
  const shown = useMemo(() => grouped(query, entries, found), [query, entries, found]);
  const pick = Math.min(chosen, shown.length - 1);
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    void carryOut(hive, entry);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen((pick + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === "Enter") run(shown[pick]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="go to or do" onClose={onClose}>
      <div class="palette">
        <input
          autofocus
          role="combobox"
          aria-label="what do you want?"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={shown[pick] === undefined ? undefined : optionId(pick)}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          placeholder="an agent, a tab, an action, or words that were said"
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
        <Options shown={shown} pick={pick} onRun={run} />
        <p class="faint palette-foot">
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>enter</kbd> go · <kbd>esc</kbd> close · <kbd>?</kbd> all
          keys
        </p>
      </div>
    </Dialog>
  );
}

const optionId = (i: number): string => `palette-${i}`;

interface OptionsProps {
  readonly shown: readonly Entry[];
  readonly pick: number;
  readonly onRun: (entry: Entry) => void;
}

function Options({ shown, pick, onRun }: OptionsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [pick, shown]);
  return (
    <>
      <div class="palette-list" id="palette-list" role="listbox" aria-label="results" ref={list}>
        {shown.map((entry, i) => (
          <div key={entry.key}>
            {entry.group !== shown[i - 1]?.group && (
              <p class="palette-group" aria-hidden="true">
                {entry.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the chosen one */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field */}
            <div
              id={optionId(i)}
              class="palette-option"
              role="option"
              aria-selected={i === pick}
              onClick={() => onRun(entry)}
            >
              <span class="what">{entry.name}</span> <span class="note">{entry.note}</span>
            </div>
          </div>
        ))}
      </div>
      <p role="status" class={shown.length === 0 ? "palette-none" : "unseen"}>
        {shown.length === 0
          ? "nothing of this name, and nothing was said with it"
          : `${shown.length} results`}
      </p>
    </>
  );
}

/** Best first, but what belongs together stays together. */
function grouped(query: string, entries: readonly Entry[], found: readonly Entry[]): Entry[] {
  const best = fitting(query, entries, ({ name, note, group }) =>
    group === "waits for you" ? `${name} ${note}` : name,
  );
  const usual =
    query.trim() === "" ? best.filter(({ group, key }) => group !== "do" || key.startsWith("do ")) : best;
  const groups = new Map<string, Entry[]>();
  for (const entry of [...usual.slice(0, MOST), ...found])
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups.values()].flat();
}

async function carryOut(hive: Hive, { act }: Entry): Promise<void> {
  if ("go" in act) {
    hive.go(act.go);
    // A reader of the screen begins where they went, not where they came from.
    requestAnimationFrame(() => {
      if (document.querySelector("dialog[open], [data-place]:focus") === null)
        document.querySelector<HTMLElement>("main")?.focus();
    });
    return;
  }
  try {
    const said = await act.work();
    if (said !== undefined) hive.tell(said);
  } catch (thrown) {
    hive.fail(thrown);
  }
}
