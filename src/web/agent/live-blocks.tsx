/** What is being written right now, by the agent or a subagent; replaced by the stored event. */
import type { LiveText } from "./transcript.ts";

export function LiveBlocks({ live }: { readonly live: ReadonlyMap<string, LiveText> }) {
  return (
    <>
      {[...live].map(([key, { kind, text }]) => (
        <div key={key} class={`block live ${kind === "text_delta" ? "says" : "thinking"}`}>
          <p class="faint">
            {key === "" ? "" : "subagent "}
            {kind === "text_delta" ? "writes" : "thinks"}
          </p>
          <div class="plain-text">
            {text}
            <span class="cursor" aria-hidden="true" />
          </div>
        </div>
      ))}
    </>
  );
}
