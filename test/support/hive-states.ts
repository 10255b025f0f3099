// Reading a recorded timeline: which states a thing went through, in order, without repeats.
import type { StreamFrame } from "../../src/wire/events.ts";
import type { JournalData, JournalFrame } from "../../src/wire/journal.ts";
import type { Message } from "../../src/wire/messages.ts";

/** The states of the first message that fits, as the stream told them. */
export function messageStates(
  frames: readonly StreamFrame[],
  fits: (message: Message) => boolean,
): readonly string[] {
  const states: string[] = [];
  let id: string | undefined;
  for (const frame of frames) {
    if (frame.type !== "event" || frame.event.data.type !== "message") continue;
    const { message } = frame.event.data;
    if (id === undefined && fits(message)) id = message.id;
    if (message.id === id && states.at(-1) !== message.state) states.push(message.state);
  }
  return states;
}

/** What a transcript's stream recorded, without what is only being written. */
export function journalOf(frames: readonly JournalFrame[]): readonly JournalData[] {
  return frames.flatMap((frame) => (frame.type === "event" ? [frame.event.data] : []));
}
