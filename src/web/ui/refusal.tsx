/** What is done from a dialog, and why it was refused: said there, since a toast would lie beneath the dialog. */
import { useState } from "preact/hooks";
import type { HiveError } from "../../wire/errors.ts";
import { asError } from "../net/connection.ts";

export function useSubmit(work: () => Promise<void>): {
  readonly busy: boolean;
  readonly error: HiveError | undefined;
  readonly submit: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<HiveError | undefined>(undefined);
  const act = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(asError(thrown));
    }
    setBusy(false);
  };
  return { busy, error, submit: () => void (busy ? undefined : act()) };
}

export function Refusal({ error }: { readonly error: HiveError | undefined }) {
  if (error === undefined) return null;
  return (
    <div role="alert">
      <p class="refusal">{error.message}</p>
      {error.hint !== undefined && <p class="dim">next: {error.hint}</p>}
    </div>
  );
}
