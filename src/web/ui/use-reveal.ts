/** Brings what an address names into sight and the focus onto it, once, when it is there. */
import { useEffect, useRef } from "preact/hooks";

/** `key`: of an element with this `data-key`; "" as long as there is none. */
export function useReveal(key: string): void {
  const shown = useRef("");
  useEffect(() => {
    if (key === "" || shown.current === key) return;
    const element = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (element === null) return;
    shown.current = key;
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  });
}
