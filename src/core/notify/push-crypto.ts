/**
 * Web push on the wire: payload encryption (RFC 8291 over RFC 8188, one record) and the sender's proof of itself
 * (VAPID, RFC 8292). By node:crypto alone: the packages that do it bring HTTP clients and proxies along.
 */
import {
  createCipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** Of a browser's PushSubscription, in base64url. */
export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** Random anew for each payload; given only by tests. */
export interface Once {
  readonly sender: ECDH;
  readonly salt: Buffer;
}

const RECORD_SIZE = 4096;
/** Ends the last record (RFC 8188 §2). */
const LAST_RECORD = Buffer.from([2]);

export function encryptPush(
  keys: PushKeys,
  payload: Uint8Array,
  { sender, salt } = once(),
): Uint8Array<ArrayBuffer> {
  const receiver = Buffer.from(keys.p256dh, "base64url");
  const own = sender.getPublicKey();
  // Throws for a point that is not on the curve.
  const shared = sender.computeSecret(receiver);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), receiver, own]);
  const secret = derive({ key: shared, salt: Buffer.from(keys.auth, "base64url"), info, length: 32 });
  const key = derive({ key: secret, salt, info: Buffer.from("Content-Encoding: aes128gcm\0"), length: 16 });
  const nonce = derive({ key: secret, salt, info: Buffer.from("Content-Encoding: nonce\0"), length: 12 });
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  const record = [cipher.update(payload), cipher.update(LAST_RECORD), cipher.final(), cipher.getAuthTag()];
  const head = Buffer.alloc(5);
  head.writeUInt32BE(RECORD_SIZE, 0);
  head.writeUInt8(own.length, 4);
  return new Uint8Array(Buffer.concat([salt, head, own, ...record]));
}

function once(): Once {
  const sender = createECDH("prime256v1");
  sender.generateKeys();
  return { sender, salt: randomBytes(16) };
}

interface Derive {
  readonly key: Buffer;
  readonly salt: Buffer;
  readonly info: Buffer;
  readonly length: number;
}

function derive({ key, salt, info, length }: Derive): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, length));
}

export interface Vapid {
  /** For `applicationServerKey`: the uncompressed point in base64url. */
  readonly publicKey: string;
  /** The Authorization header for a push service. */
  authorization(origin: string, now: number): string;
}

/** A push service takes at most a day. */
const VALID_SECONDS = 12 * 3600;

export function createVapid(privateKey: KeyObject, contact: string): Vapid {
  const { x = "", y = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const publicKey = point.toString("base64url");
  const head = encoded({ typ: "JWT", alg: "ES256" });
  return {
    publicKey,
    authorization: (origin, now) => {
      const exp = Math.floor(now / 1000) + VALID_SECONDS;
      const claims = `${head}.${encoded({ aud: origin, exp, sub: contact })}`;
      const seal = sign("sha256", Buffer.from(claims), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `vapid t=${claims}.${seal.toString("base64url")}, k=${publicKey}`;
    },
  };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
