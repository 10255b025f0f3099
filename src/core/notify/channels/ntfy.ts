/** ntfy: a POST to the topic's own address (https://docs.ntfy.sh/publish/). */
import { type Channel, type PostOptions, post } from "../channel.ts";

export interface NtfyOptions extends PostOptions {
  readonly url: string;
  readonly token: string | undefined;
}

export function ntfyChannel(options: NtfyOptions): Channel {
  const { url, token } = options;
  return {
    name: "ntfy",
    targets: () => [{ subscriber: "", place: new URL(url).hostname }],
    send: (note, _subscriber, signal) =>
      post(options, {
        url,
        signal,
        headers: {
          "content-type": "text/plain; charset=utf-8",
          title: encodedWord(note.title),
          priority: note.urgent ? "high" : "default",
          tags: note.kind,
          click: note.url,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: note.body === "" ? note.title : note.body,
      }),
  };
}

/** RFC 2047: a header holds ASCII only. */
function encodedWord(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}
