/**
 * A line that changes in place, on a terminal only; elsewhere nothing. On stderr: it is not what was asked for. Lines
 * that stay are printed above it.
 */
import type { Io } from "../context.ts";
import { fit } from "./clean.ts";
import type { Paint } from "./paint.ts";

export interface Progress {
  /** A function is asked again each time it is drawn. */
  show(text: string | (() => string)): void;
  print(fd: 1 | 2, lines: readonly string[]): void;
  clear(): void;
}

const ERASE = "\r\u001b[K";
const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const STEP_MS = 120;

export function openProgress(io: Pick<Io, "write" | "isTerminal">, paint: Paint): Progress {
  const print = (fd: 1 | 2, lines: readonly string[]): void => {
    if (lines.length > 0) io.write(fd, `${lines.join("\n")}\n`);
  };
  if (!io.isTerminal(2)) return { show: () => {}, print, clear: () => {} };
  let text: string | (() => string) = "";
  let frame = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const draw = (): void => {
    frame = (frame + 1) % FRAMES.length;
    const shown = typeof text === "string" ? text : text();
    io.write(2, `${ERASE}${paint("accent", FRAMES.charAt(frame))} ${fit(shown, 76)}`);
  };
  return {
    show: (next) => {
      text = next;
      timer ??= setInterval(draw, STEP_MS);
      draw();
    },
    print: (fd, lines) => {
      if (timer !== undefined && lines.length > 0) io.write(2, ERASE);
      print(fd, lines);
    },
    clear: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      io.write(2, ERASE);
    },
  };
}
