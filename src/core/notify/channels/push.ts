/** Web push to every browser that asked for it. */
import { createHash } from "node:crypto";
import { HiveError } from "../../../wire/errors.ts";
import { type Channel, type PostOptions, post } from "../channel.ts";
import { encryptPush, type PushKeys, type Vapid } from "../push-crypto.ts";

export interface Subscriber extends PushKeys {
  readonly id: string;
  readonly endpoint: string;
}

export interface PushOptions extends PostOptions {
  readonly vapid: Vapid;
  readonly subscribers: () => readonly Subscriber[];
}

/** What nobody has seen after a day is in the dashboard all the same. */
const TTL_SECONDS = 86_400;
/** A push service keeps only the newest of one topic: at most 32 characters (RFC 8030 §5.4). */
const TOPIC_CHARS = 32;

export function pushChannel(options: PushOptions): Channel {
  const { vapid, subscribers, clock } = options;
  return {
    name: "push",
    targets: () =>
      subscribers().map(({ id, endpoint }) => ({ subscriber: id, place: new URL(endpoint).hostname })),
    send: async (note, id, signal) => {
      const subscriber = subscribers().find((one) => one.id === id);
      if (subscriber === undefined) return { kind: "refused", reason: "this browser wants no more" };
      const { title, body, url, subject, kind } = note;
      const payload = JSON.stringify({ title, body, url, tag: subject, kind });
      const { endpoint } = subscriber;
      return post(options, {
        url: endpoint,
        signal,
        headers: {
          authorization: vapid.authorization(new URL(endpoint).origin, clock.now()),
          "content-encoding": "aes128gcm",
          "content-type": "application/octet-stream",
          ttl: String(TTL_SECONDS),
          urgency: note.urgent ? "high" : "normal",
          topic: createHash("sha256").update(subject).digest("base64url").slice(0, TOPIC_CHARS),
        },
        body: encryptPush(subscriber, Buffer.from(payload)),
      });
    },
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** A page could name any address here, and the daemon would post to it: only what a real push service looks like. */
export function checkPushEndpoint(endpoint: string, allowLoopback: boolean): void {
  const url = new URL(endpoint);
  const { protocol, hostname, username, password, port } = url;
  if (username === "" && password === "") {
    if (allowLoopback && LOOPBACK.has(hostname)) return;
    // An address in numbers, or a name of the local network, is no push service's.
    const isName =
      /\.[a-z][a-z0-9-]*$/.test(hostname) && !/\.(local|internal|localhost|home\.arpa)$/.test(hostname);
    if (protocol === "https:" && port === "" && isName) return;
  }
  throw new HiveError("invalid", "this is not the address of a push service", {
    hint: "push services have https addresses and public host names",
  });
}
