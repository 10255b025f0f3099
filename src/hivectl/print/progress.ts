/** A line that changes in place, on a terminal only; elsewhere nothing. On stderr: it is not what was asked for. */
import type { Io } from "../context.ts";
import { fit } from "./clean.ts";
import type { Paint } from "./paint.ts";

export interface Progress {
  show(text: string): void;
  clear(): void;
}

const ERASE = "\r\u001b[K";
const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const STEP_MS = 120;

export function openProgress(io: Pick<Io, "write" | "isTerminal">, paint: Paint): Progress {
  if (!io.isTerminal(2)) return { show: () => {}, clear: () => {} };
  let text = "";
  let frame = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const draw = (): void => {
    frame = (frame + 1) % FRAMES.length;
    io.write(2, `${ERASE}${paint("accent", FRAMES.charAt(frame))} ${fit(text, 76)}`);
  };
  return {
    show: (next) => {
      text = next;
      timer ??= setInterval(draw, STEP_MS);
      draw();
    },
    clear: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      io.write(2, ERASE);
    },
  };
}
