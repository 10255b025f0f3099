/** Web push to this browser: on, off, or why not. */
import { useEffect, useState } from "preact/hooks";
import { useHive } from "../../hive.ts";
import { disablePush, enablePush, type PushState, pushState } from "../../net/push.ts";
import { Action } from "../../ui/action.tsx";

interface PushRowProps {
  /** Absent while the hive has push switched off. */
  readonly pushKey: string | undefined;
  readonly loading: boolean;
  readonly onChange: () => Promise<void>;
}

export function PushRow({ pushKey, loading, onChange }: PushRowProps) {
  const hive = useHive();
  const [state, setState] = useState<PushState | undefined>(undefined);
  useEffect(() => void pushState(hive).then(setState, hive.fail), [hive]);
  const change = (work: () => Promise<PushState>, done: string) => async (): Promise<string | undefined> => {
    const next = await work();
    setState(next);
    await onChange();
    return next.kind === "denied" ? "this browser refuses notifications" : done;
  };
  const enable = change(() => enablePush(hive, pushKey ?? ""), "this browser is told from now on");
  const disable = change(() => disablePush(hive), "this browser is told no more");
  const on = state?.kind === "on";
  return (
    <li class="setting">
      <strong>push</strong>
      <span class="dim">{loading || state === undefined ? "…" : explain(state, pushKey)}</span>
      {on && <Action work={disable}>disable push</Action>}
      {!on && (
        <Action work={enable} weight="strong" disabled={pushKey === undefined || state?.kind !== "off"}>
          enable push
        </Action>
      )}
    </li>
  );
}

function explain(state: PushState, pushKey: string | undefined): string {
  if (state.kind === "unable") return state.reason;
  if (pushKey === undefined) return "the hive has web push switched off (notify.push.enabled)";
  if (state.kind === "denied") return "you forbade it: allow notifications for this page in your browser";
  return state.kind === "on"
    ? "this browser is told, also when no page is open"
    : "be told also when no page is open; the text is encrypted for this browser";
}
