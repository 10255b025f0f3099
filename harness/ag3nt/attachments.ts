/** Files the operator gave: stored part by part below the agent's state, and pictures read for the model. */
import { appendFileSync, lstatSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { ensureDir, readFileNoFollow } from "../../src/platform/atomic-file.ts";
import { ATTACHMENT_MAX_BYTES, type AttachResult, type attachFields } from "../../src/wire/attachments.ts";
import { HiveError } from "../../src/wire/errors.ts";

type Part = { readonly [K in keyof typeof attachFields]: z.output<(typeof attachFields)[K]> };

const dirOf = (stateDir: string): string => join(stateDir, "attachments");

export function storePart(
  stateDir: string,
  { upload, file, offset, data }: Part,
): z.output<typeof AttachResult> {
  const dir = dirOf(stateDir);
  ensureDir(dir);
  const path = join(dir, `${upload}-${file.replace(/[^A-Za-z0-9.-]+/g, "_").slice(-80)}`);
  const bytes = Buffer.from(data, "base64");
  const size = sizeOf(path);
  if (size === offset + bytes.length) return { path, size };
  if (size !== offset) throw new HiveError("conflict", `${size} bytes of "${file}" are here, not ${offset}`);
  if (offset + bytes.length > ATTACHMENT_MAX_BYTES)
    throw new HiveError("too_large", `"${file}" is larger than ${ATTACHMENT_MAX_BYTES} bytes`);
  appendFileSync(path, bytes, { mode: 0o600 });
  return { path, size: offset + bytes.length };
}

function sizeOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isFile()) throw new HiveError("conflict", `"${path}" is no file`);
  return found.size;
}

export interface Picture {
  readonly media_type: string;
  /** Base64. */
  readonly data: string;
}

const LINE = /^\[attached: (.+) \((image\/(?:png|jpeg|gif|webp)), \d+ bytes\)\]$/gm;
/** What the model's door takes. */
const PICTURE_MAX = 3_750_000;
const PICTURES = 8;

/** Of the files that a text names. One that is gone, too large or elsewhere stays a line of text. */
export function picturesIn(text: string, stateDir: string): Picture[] {
  const dir = `${dirOf(stateDir)}/`;
  const paths = new Map([...text.matchAll(LINE)].map(([, path = "", type = ""]) => [path, type]));
  return [...paths].slice(0, PICTURES).flatMap(([path, media_type]) => {
    if (!path.startsWith(dir) || !/^[A-Za-z0-9._-]+$/.test(path.slice(dir.length))) return [];
    try {
      return [{ media_type, data: readFileNoFollow(path, { maxBytes: PICTURE_MAX }).toString("base64") }];
    } catch {
      return [];
    }
  });
}
