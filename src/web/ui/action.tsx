/** A button that does something at the hive: spinner while it runs, a toast when it ended. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useHive } from "../hive.ts";

export type Weight = "plain" | "strong" | "danger" | "quiet";

/** What to say when it worked; nothing when the page shows it anyway. */
export type Work = () => Promise<string | undefined>;

export function useAction(work: Work): { readonly busy: boolean; readonly run: () => void } {
  const hive = useHive();
  const [busy, setBusy] = useState(false);
  // Two clicks within one frame come before the next drawing.
  const running = useRef(false);
  const act = async (): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      const said = await work();
      if (said !== undefined) hive.tell(said);
    } catch (thrown) {
      hive.fail(thrown);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, run: () => void act() };
}

interface ActionProps {
  readonly work: Work;
  readonly weight?: Weight;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function Action({ work, weight = "plain", disabled = false, title, label, children }: ActionProps) {
  const { busy, run } = useAction(work);
  return (
    <button
      type="button"
      class={`button ${weight}`}
      disabled={disabled || busy}
      aria-busy={busy}
      aria-label={label}
      title={title}
      onClick={run}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

interface SubmitProps {
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly weight?: Weight;
  readonly children: ComponentChildren;
}

export function Submit({ busy, disabled = false, weight = "strong", children }: SubmitProps) {
  return (
    <button type="submit" class={`button ${weight}`} disabled={disabled || busy} aria-busy={busy}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}

export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}
