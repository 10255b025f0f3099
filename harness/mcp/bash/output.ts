/**
 * Where a command's output goes, each way bounded: a file with (nearly) all of it, the journal for who watches, and
 * head and tail for the model. Secrets that are recognised do not get that far.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Clock, Timer } from "../../../src/lib/clock.ts";
import { redactText } from "../../../src/platform/log.ts";
import type { JournalData } from "../../../src/wire/journal.ts";

export type OutputStream = "stdout" | "stderr";

export const OUTPUT_LIMITS = {
  /** Bytes in the file. */
  file: 16 * 1024 * 1024,
  /** Characters in the journal. */
  journal: 1024 * 1024,
  /** Characters shown to the model from the start, and from the end. */
  head: 16 * 1024,
  tail: 16 * 1024,
  /** An event is written when this much has come, or this much later. */
  batchChars: 8 * 1024,
  batchMs: 100,
} as const;

export interface OutputOptions {
  readonly id: string;
  readonly file: string;
  readonly toolUseId: string | undefined;
  readonly append: (data: JournalData) => void;
  readonly clock: Clock;
}

export interface Output {
  write(stream: OutputStream, text: string): void;
  /** Journals what still waits. */
  flush(): void;
  /** Nothing more comes. */
  close(): void;
  /** Head and tail with a note between them when something is left out. */
  summary(): string;
  /** Bytes in the file. */
  readonly size: number;
}

export function openOutput(options: OutputOptions): Output {
  const shown = headAndTail(options.file);
  const file = boundedFile(options.file);
  const journal = batches(options);
  return {
    write: (stream, text) => {
      const clean = redactText(text);
      shown.add(clean);
      file.write(clean);
      journal.add(stream, clean);
    },
    flush: journal.flush,
    close: () => {
      journal.flush();
      file.close();
    },
    summary: shown.text,
    get size() {
      return file.size();
    },
  };
}

function headAndTail(path: string): { add(text: string): void; text(): string } {
  let head = "";
  let tail = "";
  let total = 0;
  const { head: headMax, tail: tailMax } = OUTPUT_LIMITS;
  return {
    add: (text) => {
      total += text.length;
      const room = headMax - head.length;
      head += text.slice(0, room);
      // Cut now and then, not for each piece: slicing a long string is not free.
      tail += text.slice(Math.max(room, 0));
      if (tail.length > tailMax * 4) tail = tail.slice(-tailMax);
    },
    text: () => {
      const end = tail.slice(-tailMax);
      const left = total - head.length - end.length;
      if (left <= 0) return head + end;
      return `${head}\n\n[… ${left} characters left out; all of it: ${path} …]\n\n${end}`;
    },
  };
}

function boundedFile(path: string): { write(text: string): void; close(): void; size(): number } {
  const fd = openSync(path, "wx", 0o600);
  let size = 0;
  let open = true;
  const append = (bytes: Uint8Array): void => {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      size += bytes.length;
    } catch {
      // A full disk: the model still gets head and tail.
      size = OUTPUT_LIMITS.file;
    }
  };
  return {
    write: (text) => {
      if (!open || size >= OUTPUT_LIMITS.file) return;
      append(Buffer.from(text).subarray(0, OUTPUT_LIMITS.file - size));
      if (size >= OUTPUT_LIMITS.file) append(Buffer.from("\n[… the rest was not kept …]\n"));
    },
    close: () => {
      if (open) closeSync(fd);
      open = false;
    },
    size: () => size,
  };
}

function batches(options: OutputOptions): { add(stream: OutputStream, text: string): void; flush(): void } {
  const { id, toolUseId, append, clock } = options;
  const use = toolUseId === undefined ? {} : { tool_use_id: toolUseId };
  let waiting: { stream: OutputStream; text: string } | undefined;
  let timer: Timer | undefined;
  let room: number = OUTPUT_LIMITS.journal;
  const put = (stream: OutputStream, text: string): void => {
    append({ kind: "bash_output", command_id: id, ...use, stream, text });
  };
  const flush = (): void => {
    timer?.cancel();
    timer = undefined;
    const batch = waiting;
    waiting = undefined;
    if (batch === undefined || room <= 0) return;
    put(batch.stream, batch.text.slice(0, room));
    room -= batch.text.length;
    if (room <= 0) put(batch.stream, `\n[… the rest is in ${options.file} …]\n`);
  };
  return {
    flush,
    add: (stream, text) => {
      if (room <= 0) return;
      if (waiting !== undefined && waiting.stream !== stream) flush();
      waiting = { stream, text: (waiting?.text ?? "") + text };
      if (waiting.text.length >= OUTPUT_LIMITS.batchChars) flush();
      else timer ??= clock.timer(OUTPUT_LIMITS.batchMs, flush);
    },
  };
}

/** A part of the file from a byte on, at most `max` bytes; cut at whole characters. */
export function readPart(path: string, after: number, max: number): { text: string; next: number } {
  const fd = openSync(path, "r");
  try {
    const from = Math.min(after, fstatSync(fd).size);
    const buffer = Buffer.alloc(max);
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, max, from));
    const whole = bytes.subarray(0, wholeCharacters(bytes));
    return { text: whole.toString("utf8"), next: from + whole.length };
  } finally {
    closeSync(fd);
  }
}

/** Without a character that is cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0)
      return back >= (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length : bytes.length - back;
  }
  return bytes.length;
}
