/** Opens the palette and the sheet of keys, and goes where two keys lead, on every page of the hive. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useHive } from "../hive.ts";
import { keptChoice } from "../net/kept.ts";
import { type KeyAct, press } from "./keys.ts";
import { Palette } from "./palette.tsx";
import { Sheet } from "./sheet.tsx";

type Open = "palette" | "sheet" | undefined;

/** A second key counts for so long. */
const PAIR_MS = 1_200;

/** Asked for by a button anywhere. */
const asked = signal(0);
export function openPalette(): void {
  asked.value += 1;
}

export function Overlays() {
  const hive = useHive();
  const [open, setOpen] = useState<Open>(undefined);
  const [singles] = useState(() => keptChoice("hive-single-keys", ["on", "off"], "on"));
  useEffect(() => {
    if (asked.value > 0) setOpen("palette");
  }, [asked.value]);
  useEffect(() => {
    const act = (todo: KeyAct): void => ("go" in todo ? hive.go(todo.go) : setOpen(todo.open));
    return listen(() => singles.peek() === "on", act);
  }, [hive, singles]);
  const close = (): void => setOpen(undefined);
  if (open === "palette") return <Palette onClose={close} />;
  return open === "sheet" ? <Sheet singles={singles} onClose={close} /> : null;
}

function listen(singlesOn: () => boolean, act: (todo: KeyAct) => void): () => void {
  let before = { key: "", at: 0 };
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    const palette = modified && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    // A dialog that is open is finished first.
    if (document.querySelector("dialog[open]") !== null) {
      if (palette) event.preventDefault();
      return;
    }
    if (palette) {
      event.preventDefault();
      act({ open: "palette" });
      return;
    }
    if (modified || event.altKey || !singlesOn() || isTyping(event.target)) return;
    const recent = event.timeStamp - before.at < PAIR_MS ? before.key : "";
    const pressed = press(recent, event.key);
    before = {
      key: pressed !== undefined && "waiting" in pressed ? pressed.waiting : "",
      at: event.timeStamp,
    };
    if (pressed === undefined || !("act" in pressed)) return;
    event.preventDefault();
    act(pressed.act);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null
  );
}
