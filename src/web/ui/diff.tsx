/** Lines that were added and removed. */
import type { PatchLine } from "../unified-diff.ts";

const CLASS = { "+": "add", "-": "del", " ": "same", "@": "head" } as const satisfies Record<
  PatchLine["sign"],
  string
>;

interface DiffProps {
  readonly lines: readonly PatchLine[];
  readonly open: boolean;
}

export function Diff({ lines, open }: DiffProps) {
  return (
    <details class="diff" open={open}>
      <summary>{lines.length} lines</summary>
      <pre>
        {lines.map(({ sign, text }, i) => (
          <span key={`${i}${sign}`} class={CLASS[sign]}>
            {sign === "@" ? text : `${sign} ${text}`}
            {"\n"}
          </span>
        ))}
      </pre>
    </details>
  );
}
