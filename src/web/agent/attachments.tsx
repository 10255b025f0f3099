/** Files for the agent: sent in parts as they are chosen, dropped or pasted; the message names them. */
import { useRef, useState } from "preact/hooks";
import {
  ATTACHMENT_MAX_BYTES,
  ATTACHMENT_PART_BYTES,
  attachmentEndpoints,
  attachmentLine,
} from "../../wire/attachments.ts";
import { HiveError } from "../../wire/errors.ts";
import { harnessEndpoints } from "../../wire/journal.ts";
import { count, visible } from "../format.ts";
import { type Hive, useHive } from "../hive.ts";
import { randomKey } from "../net/drafts.ts";
import { Spinner } from "../ui/action.tsx";

interface Attached {
  readonly key: string;
  readonly file: File;
  /** Where it is, once all of it is there. */
  readonly path?: string;
}

export interface Attachments {
  readonly list: readonly Attached[];
  /** Something is still on its way. */
  readonly busy: boolean;
  add(files: Iterable<File>): void;
  drop(key: string): void;
  /** The lines of the message; the list is empty afterwards. */
  lines(): string;
  clear(): void;
}

export function useAttachments(name: string): Attachments {
  const hive = useHive();
  const [list, setList] = useState<readonly Attached[]>([]);
  const without = (key: string) => (all: readonly Attached[]) => all.filter((one) => one.key !== key);
  const send = async (one: Attached): Promise<void> => {
    try {
      const path = await upload(hive, name, one);
      setList((all) => all.map((each) => (each.key === one.key ? { ...each, path } : each)));
    } catch (thrown) {
      setList(without(one.key));
      hive.fail(thrown);
    }
  };
  return {
    list,
    busy: list.some(({ path }) => path === undefined),
    add: (files) => {
      const fresh = [...files].map((file) => ({ key: randomKey(), file }));
      setList((all) => [...all, ...fresh]);
      for (const one of fresh) void send(one);
    },
    drop: (key) => setList(without(key)),
    lines: () =>
      list
        .flatMap(({ path, file }) => (path === undefined ? [] : [attachmentLine(path, file.type, file.size)]))
        .join("\n"),
    clear: () => setList([]),
  };
}

async function upload(hive: Hive, name: string, { key, file }: Attached): Promise<string> {
  if (file.size > ATTACHMENT_MAX_BYTES)
    throw new HiveError(
      "too_large",
      `"${file.name}" is larger than ${ATTACHMENT_MAX_BYTES / 1024 / 1024} MiB`,
    );
  const id = key.replace(/^web-/, "");
  let path = "";
  for (let offset = 0; offset === 0 || offset < file.size; offset += ATTACHMENT_PART_BYTES) {
    const bytes = new Uint8Array(await file.slice(offset, offset + ATTACHMENT_PART_BYTES).arrayBuffer());
    const part = { upload: id, file: file.name.slice(-200) || "file", offset, data: base64(bytes) };
    const answer =
      hive.mode === "harness"
        ? await hive.call(harnessEndpoints.attach, part)
        : await hive.call(attachmentEndpoints.attach, { name, ...part });
    path = answer.path;
  }
  return path;
}

const STEP = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP)
    text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(text);
}

export function AttachButton({ attachments }: { readonly attachments: Attachments }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button quiet" onClick={() => field.current?.click()}>
        attach
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label="files for the agent"
        onChange={(event) => {
          attachments.add(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

export function AttachedList({ attachments }: { readonly attachments: Attachments }) {
  if (attachments.list.length === 0) return null;
  return (
    <ul class="attached" aria-label="attached files">
      {attachments.list.map(({ key, file, path }) => (
        <li key={key}>
          {path === undefined ? <Spinner /> : <span class="good-text">✓</span>}
          <span class="grow">
            {visible(file.name)} <span class="dim">{count(file.size)}B</span>
          </span>
          <button
            type="button"
            class="button quiet"
            aria-label={`without ${file.name}`}
            onClick={() => attachments.drop(key)}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}
