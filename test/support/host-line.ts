// Bytes to a JSON-lines socket as any program may write them, and the lines that come back.
import { connect } from "node:net";

export interface LineOptions {
  /** Close our side after writing. */
  readonly end?: boolean;
  /** Enough lines; then we hang up. */
  readonly lines?: number;
  readonly timeoutMs?: number;
}

/** Resolves with the lines when there are enough of them, the other side closed, or the time is over. */
export function speak(
  path: string,
  bytes: string | Uint8Array,
  { end = false, lines: wanted = 1, timeoutMs = 10_000 }: LineOptions = {},
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path);
    const finish = (): void => {
      clearTimeout(bound);
      socket.destroy();
      resolve(text.split("\n").filter((line) => line !== ""));
    };
    const bound = setTimeout(finish, timeoutMs);
    socket.on("connect", () => {
      socket.write(bytes);
      if (end) socket.end();
    });
    socket.on("data", (data) => {
      text += data.toString("utf8");
      if (text.split("\n").length > wanted) finish();
    });
    socket.on("close", finish);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // Closed on us while we still wrote: what it said before counts.
      if (error.code === "EPIPE" || error.code === "ECONNRESET") return finish();
      clearTimeout(bound);
      reject(error);
    });
  });
}
