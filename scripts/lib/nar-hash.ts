/** `nix hash path --sri`, where there is no nix: sha256 over a tree as Nix serialises it. */
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export function narHash(path: string): string {
  const hash = createHash("sha256");
  put(hash, "nix-archive-1");
  putNode(hash, path);
  return `sha256-${hash.digest("base64")}`;
}

function putNode(hash: Hash, path: string): void {
  const stat = lstatSync(path);
  put(hash, "(", "type");
  if (stat.isSymbolicLink()) put(hash, "symlink", "target", readlinkSync(path));
  else if (stat.isDirectory()) putDirectory(hash, path);
  else if (stat.isFile()) {
    put(hash, "regular");
    if ((stat.mode & 0o100) !== 0) put(hash, "executable", "");
    put(hash, "contents", readFileSync(path));
  } else throw new Error(`"${path}" is neither file, directory nor link`);
  put(hash, ")");
}

function putDirectory(hash: Hash, path: string): void {
  put(hash, "directory");
  const names = readdirSync(path).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    put(hash, "entry", "(", "name", name, "node");
    putNode(hash, join(path, name));
    put(hash, ")");
  }
}

/** Each with its length before it, and zeros up to the next multiple of eight. */
function put(hash: Hash, ...parts: readonly (string | Uint8Array)[]): void {
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    hash.update(length).update(bytes);
    const rest = bytes.length % 8;
    if (rest > 0) hash.update(Buffer.alloc(8 - rest));
  }
}
