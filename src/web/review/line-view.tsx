/** One line of a change: its number (which takes a comment), its text in colours, and what was said about it. */
import { useEffect, useRef } from "preact/hooks";
import { visible } from "../format.ts";
import { useHive } from "../hive.ts";
import { Submit, useAction } from "../ui/action.tsx";
import { Age } from "../ui/bits.tsx";
import { Ticks } from "../ui/ticks.tsx";
import { type LineComment, placeOf } from "./line-comment.ts";
import type { ReviewLine } from "./patch-files.ts";
import { type Language, tokensOf } from "./tokens.ts";

export interface Commenting {
  /** Who gets it. */
  readonly to: string;
  readonly draftOf: (place: string) => string;
  readonly said: ReadonlyMap<string, readonly LineComment[]>;
  readonly send: (path: string, line: ReviewLine, text: string, key: string) => Promise<string>;
}

const CLASS = { "+": "add", "-": "del", " ": "same", "@": "head" } as const satisfies Record<
  ReviewLine["sign"],
  string
>;

interface CellProps {
  readonly line: ReviewLine | undefined;
  readonly path: string;
  readonly language: Language | undefined;
  readonly side: "left" | "right" | undefined;
  readonly open: boolean;
  readonly onOpen: ((at: number) => void) | undefined;
}

export function LineCell({ line, path, language, side, open, onOpen }: CellProps) {
  if (line === undefined) return <span class="line none" />;
  const { sign, text, at, before, after } = line;
  if (sign === "@")
    return <span class={text.startsWith("@@") ? "line head" : "line head git"}>{`${visible(text)}\n`}</span>;
  const n = side === "left" ? before : (after ?? before);
  // An unchanged line stands on both sides; its comment belongs to the right one.
  const takes = onOpen !== undefined && !(side === "left" && sign === " ");
  return (
    <span class="line">
      {takes ? (
        <button
          type="button"
          class="line-no"
          aria-label={`comment on ${placeOf(path, line)}`}
          aria-expanded={open}
          onClick={() => onOpen(at)}
        >
          {n}
        </button>
      ) : (
        <span class="line-no">{n}</span>
      )}
      <span class={CLASS[sign]}>
        {sign}{" "}
        {tokensOf(visible(text), language).map((token, i) =>
          token.kind === "plain" ? (
            token.text
          ) : (
            <i key={`${i}${token.kind}`} class={`t-${token.kind}`}>
              {token.text}
            </i>
          ),
        )}
        {"\n"}
      </span>
    </span>
  );
}

interface NotesProps {
  readonly line: ReviewLine;
  readonly path: string;
  readonly commenting: Commenting | undefined;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function LineNotes({ line, path, commenting, open, onClose }: NotesProps) {
  if (commenting === undefined) return null;
  const said = commenting.said.get(placeOf(path, line)) ?? [];
  if (said.length === 0 && !open) return null;
  return (
    <div class="line-notes">
      {said.map(({ message, text }) => (
        <p key={message.id} class="said-note" data-message={message.id}>
          <span class="plain-text">{text}</span>{" "}
          <span class="dim">
            you, <Age at={message.created_at} /> <Ticks message={message} />
          </span>
        </p>
      ))}
      {open && <CommentForm line={line} path={path} commenting={commenting} onClose={onClose} />}
    </div>
  );
}

type FormProps = Omit<NotesProps, "open" | "commenting"> & { readonly commenting: Commenting };

function CommentForm({ line, path, commenting, onClose }: FormProps) {
  const draft = useHive().draft(commenting.draftOf(placeOf(path, line)));
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft.text.value;
  const empty = text.trim() === "";
  useEffect(() => field.current?.focus(), []);
  const { busy, run } = useAction(async () => {
    const told = await commenting.send(path, line, text.trim(), draft.key());
    draft.sent();
    onClose();
    return told;
  });
  return (
    <form
      class="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) run();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        aria-label={`comment on ${placeOf(path, line)}`}
        placeholder={`what should ${commenting.to} know about this line?`}
        value={text}
        maxLength={8000}
        onInput={(event) => {
          draft.text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          if (!empty && !busy) run();
        }}
      />
      <div class="form-foot">
        <button type="button" class="button quiet" onClick={onClose}>
          not now
        </button>
        <Submit busy={busy} disabled={empty}>
          send to {commenting.to}
        </Submit>
      </div>
    </form>
  );
}
