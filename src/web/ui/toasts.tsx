/** Short answers to what was just done; read out by screen readers. */
import { useHive } from "../hive.ts";

export function Toasts() {
  const { toasts } = useHive();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          <span class="sign" aria-hidden="true">
            {toast.tone === "good" ? "✓" : "✗"}
          </span>
          <span>
            {toast.text}
            {toast.hint !== undefined && <code>{toast.hint}</code>}
          </span>
        </div>
      ))}
    </div>
  );
}
