/** A modal that keeps focus inside and closes by Escape: the browser's own dialog. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => place.current?.showModal(), []);
  return (
    <dialog ref={place} class="dialog" aria-label={title} onClose={onClose}>
      <div class="section-head">
        <h2>
          <span class="diamond" aria-hidden="true">
            ◆
          </span>{" "}
          {title}
        </h2>
        <button type="button" class="button quiet close" aria-label="close" onClick={onClose}>
          ✕
        </button>
      </div>
      {children}
    </dialog>
  );
}
