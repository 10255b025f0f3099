/** How an open page draws attention to itself: a number in its title, and a sound. Chosen in each browser. */
import { type Signal, signal } from "@preact/signals";
import { keptText } from "./net/kept.ts";

export interface Choice {
  readonly on: Signal<boolean>;
  choose(on: boolean): void;
}

function choice(key: string, fallback: boolean): Choice {
  const kept = keptText(key);
  const on = signal((kept.get() ?? (fallback ? "on" : "off")) === "on");
  return {
    on,
    choose: (value) => {
      kept.set(value ? "on" : "off");
      on.value = value;
    },
  };
}

export const titleBadge = choice("hive-title-badge", true);
export const sound = choice("hive-sound", false);

const NOTES_HZ = [660, 880];
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.08;

/** Two soft notes, made here: no file, no rule of the content policy. Silent until the page was clicked once. */
export function ring(): void {
  const audio = new AudioContext();
  NOTES_HZ.forEach((hz, at) => {
    const begin = audio.currentTime + at * NOTE_SECONDS;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(LOUDNESS, begin);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + NOTE_SECONDS);
    const tone = audio.createOscillator();
    tone.frequency.value = hz;
    tone.connect(gain).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + NOTE_SECONDS);
    if (at === NOTES_HZ.length - 1) tone.onended = () => void audio.close();
  });
}
