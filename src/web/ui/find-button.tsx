/** The palette for those who press no keys. */
import { openPalette } from "../palette/overlays.tsx";

export function FindButton() {
  return (
    <button
      type="button"
      class="button quiet find"
      aria-label="find"
      title="find (ctrl k)"
      onClick={openPalette}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
        <circle cx="7" cy="7" r="4.5" stroke-width="1.6" />
        <path d="m10.5 10.5 3.5 3.5" stroke-width="1.6" stroke-linecap="round" />
      </svg>
    </button>
  );
}
