/** `?`: which keys there are. */
import type { Signal } from "@preact/signals";
import { Dialog } from "../ui/dialog.tsx";
import { LOCAL_KEYS, SHORTCUTS } from "./keys.ts";

interface SheetProps {
  readonly singles: Signal<"on" | "off">;
  readonly onClose: () => void;
}

export function Sheet({ singles, onClose }: SheetProps) {
  return (
    <Dialog title="keys" onClose={onClose}>
      <dl class="sheet">
        {LOCAL_KEYS.map(([keys, what]) => (
          <Row key={keys} keys={keys.split(" ")} what={what} />
        ))}
        {SHORTCUTS.map(({ keys, what }) => (
          <Row key={keys.join(" ")} keys={keys} what={what} off={singles.value === "off"} />
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singles.value === "on"}
          onChange={(event) => {
            singles.value = event.currentTarget.checked ? "on" : "off";
          }}
        />
        single keys work in this browser
      </label>
    </Dialog>
  );
}

interface RowProps {
  readonly keys: readonly string[];
  readonly what: string;
  readonly off?: boolean;
}

function Row({ keys, what, off = false }: RowProps) {
  return (
    <div class={off ? "off" : ""}>
      <dt>
        {keys.map((key, i) => (
          <span key={`${i}${key}`}>
            {i > 0 && " "}
            <kbd>{key}</kbd>
          </span>
        ))}
      </dt>
      <dd>{what}</dd>
    </div>
  );
}
