import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetResponse, loadWebAssets, pickEncoding, type WebFile } from "./assets.ts";

const dir = mkdtempSync(join(tmpdir(), "hive-assets-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function put(file: Partial<WebFile> & { path: string }): WebFile {
  writeFileSync(join(dir, file.path), `plain ${file.path}`);
  for (const encoding of file.encodings ?? []) writeFileSync(join(dir, `${file.path}.${encoding}`), encoding);
  return { type: "text/plain", etag: '"e1"', immutable: false, encodings: [], ...file };
}

writeFileSync(
  join(dir, "manifest.json"),
  JSON.stringify([
    put({ path: "index.html", encodings: ["br", "gzip"] }),
    put({ path: "main-abcd2345.js", immutable: true }),
    put({ path: "sw.js" }),
  ]),
);
const assets = loadWebAssets(dir);

function ask(path: string, headers: Record<string, string> = {}): Response {
  const asset = assets.find(path);
  if (asset === undefined) throw new Error(`no asset for "${path}"`);
  return assetResponse(new Request(`http://127.0.0.1${path}`, { headers }), asset);
}

describe("web assets", () => {
  test("are the page at every folder, and its hashed files below it", () => {
    expect(assets.find("/")?.path).toBe("index.html");
    expect(assets.find("/agent/alice/")?.path).toBe("index.html");
    expect(assets.find("/agent/alice/main-abcd2345.js")?.path).toBe("main-abcd2345.js");
  });

  test("with a plain name are found at the root only", () => {
    expect(assets.find("/sw.js")?.path).toBe("sw.js");
    expect(assets.find("/agent/alice/sw.js")).toBeUndefined();
    expect(assets.find("/../manifest.json")).toBeUndefined();
  });

  test("are served in the best encoding the client takes", async () => {
    const response = ask("/", { "accept-encoding": "gzip, br;q=0.5" });
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(await response.text()).toBe("br");
    expect(await ask("/").text()).toBe("plain index.html");
    expect(pickEncoding("br;q=0, gzip", ["br", "gzip"])).toBe("gzip");
    expect(pickEncoding("identity", ["br", "gzip"])).toBeUndefined();
  });

  test("answer 304 to a validator of the same encoding only", () => {
    const etag = ask("/", { "accept-encoding": "br" }).headers.get("etag") ?? "";
    expect(ask("/", { "accept-encoding": "br", "if-none-match": `"x", W/${etag}` }).status).toBe(304);
    expect(ask("/", { "if-none-match": etag }).status).toBe(200);
  });

  test("are cached for ever when their name carries a hash, else asked for again", () => {
    expect(ask("/main-abcd2345.js").headers.get("cache-control")).toContain("immutable");
    expect(ask("/").headers.get("cache-control")).toBe("no-cache");
  });

  test("are none where nothing was built", () => {
    expect(loadWebAssets(join(dir, "nowhere")).paths).toEqual([]);
  });
});
