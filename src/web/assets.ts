/**
 * The built browser bundle, as both executables serve it: embedded in them, or from dist/web when run from source.
 * Not browser code, though it stands beside it. Built by scripts/build; an empty list means that it was not.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** One entry of dist/web/manifest.json. Variants lie beside the file as `PATH.br` and `PATH.gzip`. */
export interface WebFile {
  /** Relative, e.g. `index.html`, `main-4k2x9a.js`. */
  readonly path: string;
  readonly type: string;
  /** Quoted, ready for the header. */
  readonly etag: string;
  /** The name carries a hash of the content. */
  readonly immutable: boolean;
  readonly encodings: readonly Encoding[];
}

export interface WebAsset extends WebFile {
  readonly body: () => Uint8Array<ArrayBuffer>;
  readonly variant: (encoding: Encoding) => Uint8Array<ArrayBuffer>;
}

export interface WebAssets {
  readonly paths: readonly string[];
  /**
   * `/` and `/agent/alice/` are the page. Its links are relative, so `/agent/alice/main-4k2x9a.js` is
   * `main-4k2x9a.js`: files with a hashed name are found below any path, others only by their own.
   */
  readonly find: (path: string) => WebAsset | undefined;
}

/** Bun's file system inside an executable; `--asset=dist/web` puts the folder at its root. */
const COMPILED_ROOT = "/$bunfs/root";

/** Where the bundle is, for this program; a compiled one never looks on the disk. */
function bundleDir(): string {
  const here = import.meta.dirname ?? "";
  return here.startsWith(COMPILED_ROOT) ? join(COMPILED_ROOT, "web") : join(here, "../../dist/web");
}

export function loadWebAssets(dir: string = bundleDir()): WebAssets {
  const manifest = join(dir, "manifest.json");
  const files: WebFile[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : [];
  const byPath = new Map(files.map((file) => [file.path, open(dir, file)]));
  const find = (path: string): WebAsset | undefined => {
    const name = path.endsWith("/") ? "index.html" : path.replace(/^\//, "");
    const exact = byPath.get(name);
    if (exact !== undefined) return exact;
    const last = byPath.get(name.slice(name.lastIndexOf("/") + 1));
    return last?.immutable === true ? last : undefined;
  };
  return { paths: [...byPath.keys()], find };
}

function open(dir: string, file: WebFile): WebAsset {
  const cache = new Map<string, Uint8Array<ArrayBuffer>>();
  const read = (name: string): Uint8Array<ArrayBuffer> => {
    const bytes = cache.get(name) ?? new Uint8Array(readFileSync(join(dir, name)));
    cache.set(name, bytes);
    return bytes;
  };
  return { ...file, body: () => read(file.path), variant: (encoding) => read(`${file.path}.${encoding}`) };
}

/** The whole HTTP answer: encoding, validator, caching. `headers` are added (the doors' security headers). */
export function assetResponse(
  request: Request,
  asset: WebAsset,
  headers: Record<string, string> = {},
): Response {
  const encoding = pickEncoding(request.headers.get("accept-encoding") ?? "", asset.encodings);
  // A variant is another representation: its validator differs.
  const etag = encoding === undefined ? asset.etag : asset.etag.replace(/"$/, `-${encoding}"`);
  const head = new Headers({
    ...headers,
    etag,
    vary: "accept-encoding",
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
  });
  const known = (request.headers.get("if-none-match") ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag)) return new Response(null, { status: 304, headers: head });
  head.set("content-type", asset.type);
  if (encoding !== undefined) head.set("content-encoding", encoding);
  const body = encoding === undefined ? asset.body() : asset.variant(encoding);
  head.set("content-length", String(body.byteLength));
  return new Response(request.method === "HEAD" ? null : body, { headers: head });
}

export function pickEncoding(accept: string, offered: readonly Encoding[]): Encoding | undefined {
  const refused = /;\s*q=0(\.0*)?$/;
  const wanted = new Set(
    accept
      .split(",")
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !refused.test(part))
      .map((part) => part.split(";")[0]?.trim()),
  );
  return ENCODINGS.find((encoding) => offered.includes(encoding) && wanted.has(encoding));
}
