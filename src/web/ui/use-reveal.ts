/** Brings what an address names into sight and the focus onto it, once, when it is there. */
import { useEffect, useRef } from "preact/hooks";

/** `place`: of an element with this `data-place`; "" as long as there is none. */
export function useReveal(place: string, find: (place: string) => HTMLElement | null = byPlace): void {
  const shown = useRef("");
  useEffect(() => {
    if (place === "") shown.current = "";
    if (place === "" || shown.current === place) return;
    const element = find(place);
    if (element === null) return;
    shown.current = place;
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  });
}

function byPlace(place: string): HTMLElement | null {
  return document.querySelector(`[data-place="${CSS.escape(place)}"]`);
}
