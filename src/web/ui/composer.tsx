/** Writing: a text area that grows, Ctrl+Enter sends, nothing typed is lost. Who it goes to is the caller's. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Draft } from "../net/drafts.ts";
import { Submit, useAction, type Work } from "./action.tsx";

interface ComposerProps {
  readonly draft: Draft;
  readonly label: string;
  readonly placeholder: string;
  /** Resolves when the message is stored; the draft is emptied then. */
  readonly send: (body: string) => ReturnType<Work>;
  readonly disabled?: boolean;
  /** Files that were pasted or dropped here. */
  readonly onFiles?: (files: Iterable<File>) => void;
  /** Left of the send button. */
  readonly tools?: ComponentChildren;
}

export function Composer({
  draft,
  label,
  placeholder,
  send,
  disabled = false,
  onFiles,
  tools,
}: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft.text.value;
  const ready = text.trim() !== "" && !disabled;
  const { busy, run } = useAction(async () => {
    const said = await send(text);
    draft.sent();
    field.current?.focus();
    return said;
  });
  useEffect(() => grow(field.current), [text]);
  return (
    <form
      class="composer"
      onDragOver={(event) => onFiles !== undefined && event.preventDefault()}
      onDrop={(event) => take(event, event.dataTransfer, onFiles)}
      onPaste={(event) => take(event, event.clipboardData, onFiles)}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) run();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          draft.text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          if (ready && !busy) run();
        }}
      />
      <div class="composer-foot">
        {tools}
        <span class="hint">
          <kbd>ctrl</kbd> <kbd>enter</kbd>
        </span>
        <Submit busy={busy} disabled={!ready}>
          send
        </Submit>
      </div>
    </form>
  );
}

/** Text is left to the browser. */
function take(event: Event, from: DataTransfer | null, onFiles: ComposerProps["onFiles"]): void {
  if (onFiles === undefined || from === null || from.files.length === 0) return;
  event.preventDefault();
  onFiles([...from.files]);
}

const HIGHEST = 260;

function grow(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(HIGHEST, field.scrollHeight + 2)}px`;
}
