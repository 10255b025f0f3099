// A browser's side of web push: keys of its own, and what its push service hands it, decrypted. Written against the
// RFCs by itself, with WebCrypto, so that it agrees with the sender only where both are right.
const encoder = new TextEncoder();

export interface PushReceiver {
  readonly p256dh: string;
  readonly auth: string;
  decrypt(body: Uint8Array): Promise<string>;
}

export async function pushReceiver(): Promise<PushReceiver> {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const auth = crypto.getRandomValues(new Uint8Array(16));
  return {
    p256dh: Buffer.from(own).toString("base64url"),
    auth: Buffer.from(auth).toString("base64url"),
    decrypt: async (body) => {
      const salt = body.slice(0, 16);
      const length = body[20] ?? 0;
      const senderKey = body.slice(21, 21 + length);
      const record = body.slice(21 + length);
      const sender = await crypto.subtle.importKey(
        "raw",
        senderKey,
        { name: "ECDH", namedCurve: "P-256" },
        false,
        [],
      );
      const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: sender }, pair.privateKey, 256);
      const info = joined(encoder.encode("WebPush: info\0"), own, senderKey);
      const secret = await hkdf(new Uint8Array(shared), { salt: auth, info, bits: 256 });
      const key = await hkdf(secret, {
        salt,
        info: encoder.encode("Content-Encoding: aes128gcm\0"),
        bits: 128,
      });
      const iv = await hkdf(secret, { salt, info: encoder.encode("Content-Encoding: nonce\0"), bits: 96 });
      const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
      const plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, aes, record));
      const end = plain.lastIndexOf(2);
      return new TextDecoder().decode(plain.slice(0, end));
    },
  };
}

interface Hkdf {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly info: Uint8Array<ArrayBuffer>;
  readonly bits: number;
}

async function hkdf(
  key: Uint8Array<ArrayBuffer>,
  { salt, info, bits }: Hkdf,
): Promise<Uint8Array<ArrayBuffer>> {
  const base = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, base, bits),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** The claims of an Authorization header of VAPID, once its signature is proven by the key it names. */
export async function vapidClaims(header: string): Promise<Readonly<Record<string, unknown>>> {
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(\S+)$/.exec(header) ?? [];
  const [head = "", payload = "", seal = ""] = token.split(".");
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const raw = new Uint8Array(Buffer.from(key, "base64url"));
  const imported = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
  const signature = new Uint8Array(Buffer.from(seal, "base64url"));
  if (!(await crypto.subtle.verify(algorithm, imported, signature, encoder.encode(`${head}.${payload}`))))
    throw new Error("the signature is not of this key");
  return { ...JSON.parse(Buffer.from(payload, "base64url").toString("utf8")), key };
}
