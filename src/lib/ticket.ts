/**
 * Signed tickets, `base64url(JSON) "." base64url(Ed25519 signature)`: opening one with the public key.
 * WebCrypto only, so that daemon, harness, Bun and Deno share it. What the claims mean is `src/wire/ticket.ts`;
 * signing needs the private key and is in `src/core/auth/tickets.ts`.
 */

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Undefined when it is not base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    return fromBase64(text.replace(/-/g, "+").replace(/_/g, "/"));
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** `publicKey`: SPKI in base64, as `HarnessSettings.ticket_public_key` carries it. */
export function importTicketKey(publicKey: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("spki", fromBase64(publicKey), "Ed25519", false, ["verify"]);
}

/** The claims, not yet judged; undefined when the signature is not ours. Never throws for a bad ticket. */
export async function openTicket(key: CryptoKey, ticket: string): Promise<unknown> {
  const [payload, seal, ...rest] = ticket.split(".");
  if (payload === undefined || seal === undefined || rest.length > 0) return undefined;
  const signature = fromBase64Url(seal);
  const bytes = fromBase64Url(payload);
  if (signature === undefined || bytes === undefined) return undefined;
  const good = await crypto.subtle.verify("Ed25519", key, signature, new TextEncoder().encode(payload));
  if (!good) return undefined;
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return claims;
  } catch {
    return undefined;
  }
}
