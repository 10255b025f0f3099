/** What must not be overlooked: a cut stream, and agents that are not isolated. */
import { useHive } from "../hive.ts";
import type { Connection } from "../net/connection.ts";

export function ConnectionBanner({
  connection,
  onRetry,
}: {
  readonly connection: Connection;
  readonly onRetry: () => void;
}) {
  if (connection.kind === "live" || connection.kind === "connecting") return null;
  const ended = connection.kind === "ended";
  return (
    <div class="banner bad" role="alert">
      <span class="pulse" aria-hidden="true" />
      <span class="words">
        <strong>{ended ? "disconnected" : "disconnected, reconnecting"}</strong>{" "}
        <span class="dim">
          {connection.error.message} · what you see may be old
          {connection.error.hint === undefined ? "" : ` · ${connection.error.hint}`}
        </span>
      </span>
      <button type="button" class="button quiet" onClick={onRetry}>
        try now
      </button>
    </div>
  );
}

export function IsolationBanner() {
  const info = useHive().state.value.info;
  if (info === undefined || info.isolated) return null;
  return (
    <aside class="banner warn" aria-label="isolation">
      <span class="sign" aria-hidden="true">
        ▲
      </span>
      <span class="words">
        <strong>not isolated</strong>{" "}
        <span class="dim">
          the backend is "{info.backend}": agents run as your own user and can reach what you can reach
        </span>
      </span>
    </aside>
  );
}
