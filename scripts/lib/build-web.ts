/**
 * Bundles the browser UI into dist/web: hashed names, relative links, a compressed copy of each file, manifest.json.
 * `src/web/*.html` are the pages, `src/web/*-worker.ts` the service workers, both under their own names; what lies in `src/web/public` is copied as it is. src/web/assets.ts reads the result.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Encoding, WebFile } from "../../src/web/assets.ts";
import type { Defines } from "./build-inputs.ts";
import { ROOT, WEB_DIST } from "./paths.ts";

const WEB_SOURCE = join(ROOT, "src/web");

export async function buildWeb(defines: Defines): Promise<readonly WebFile[]> {
  rmSync(WEB_DIST, { recursive: true, force: true });
  mkdirSync(WEB_DIST, { recursive: true });
  const files = [...(await bundle(defines)), ...copied()].map(write);
  writeFileSync(join(WEB_DIST, "manifest.json"), JSON.stringify(files));
  return files;
}

interface Output {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly immutable: boolean;
}

async function bundle(defines: Defines): Promise<Output[]> {
  const pages = [...new Bun.Glob("*{.html,-worker.ts}").scanSync({ cwd: WEB_SOURCE })].sort();
  if (pages.length === 0) return [];
  const result = await Bun.build({
    entrypoints: pages.map((page) => join(WEB_SOURCE, page)),
    target: "browser",
    minify: true,
    splitting: true,
    // Relative: the page works below any path of a proxy.
    publicPath: "./",
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: {
      "process.env.NODE_ENV": '"production"',
      __HIVE_VERSION__: JSON.stringify(defines.version),
      __HIVE_REVISION__: JSON.stringify(defines.revision),
    },
  });
  return Promise.all(
    result.outputs.map(async (output) => ({
      path: basename(output.path),
      bytes: new Uint8Array(await output.arrayBuffer()),
      immutable: /-[0-9a-z]{8}\.\w+$/.test(output.path),
    })),
  );
}

function copied(): Output[] {
  const dir = join(WEB_SOURCE, "public");
  if (!existsSync(dir)) return [];
  return readdirSync(dir).map((path) => ({ path, bytes: readFileSync(join(dir, path)), immutable: false }));
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};

function write({ path, bytes, immutable }: Output): WebFile {
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
  if (type === undefined)
    throw new Error(`no content type known for "${path}": add it to scripts/lib/build-web.ts`);
  writeFileSync(join(WEB_DIST, path), bytes);
  const encodings: Encoding[] = [];
  for (const [encoding, packed] of [
    ["br", brotli(bytes)],
    ["gzip", gzipSync(bytes, { level: 9 })],
  ] as const) {
    // Already compressed formats gain nothing; a tiny file is one packet either way.
    if (packed.byteLength > bytes.byteLength * 0.95) continue;
    writeFileSync(join(WEB_DIST, `${path}.${encoding}`), packed);
    encodings.push(encoding);
  }
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  return { path, type, etag, immutable, encodings };
}

function brotli(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}
