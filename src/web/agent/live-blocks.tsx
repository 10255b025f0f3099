/** What is being written right now, by the agent or a subagent; replaced by the stored event. */
import { Markdown } from "../ui/markdown.tsx";
import type { LiveText } from "./transcript.ts";

/** Beyond it each new word would cost too much drawing. */
const MARKDOWN_MAX = 8_000;

export function LiveBlocks({ live }: { readonly live: ReadonlyMap<string, LiveText> }) {
  return (
    <>
      {[...live].map(([key, { kind, text }]) => (
        <div key={key} class={`block live ${kind === "text_delta" ? "says" : "thinking"}`}>
          <p class="faint">
            {key === "" ? "" : "subagent "}
            {kind === "text_delta" ? "writes" : "thinks"}
          </p>
          {text.length > MARKDOWN_MAX ? <div class="plain-text">{text}</div> : <Markdown text={text} />}
          <span class="cursor" aria-hidden="true" />
        </div>
      ))}
    </>
  );
}
