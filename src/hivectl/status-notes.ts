/** Says when a stream lost the hive and when it has it again; silent while all goes well. */
import type { StreamStatus } from "../client/subscribe.ts";

export function statusNotes(note: (text: string) => void): (status: StreamStatus) => void {
  let lost = false;
  return (status) => {
    if (status.kind === "lost" && !lost) {
      lost = true;
      note(`-- ${status.error.message}; waiting for it to come back`);
    }
    if (status.kind === "open" && lost) {
      lost = false;
      note("-- connected again");
    }
  };
}
