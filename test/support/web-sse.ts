// Streams of the cardboard hive, as server-sent events.
import { stringifyJson } from "../../src/wire/json.ts";

export interface Stream {
  send(frame: unknown, id?: number): void;
  close(): void;
}

export function follow(
  streams: Set<Stream>,
  request: Request,
  begin: (send: Stream["send"]) => void,
): Response {
  const encoder = new TextEncoder();
  let stream: Stream | undefined;
  const leave = (): void => {
    if (stream !== undefined) streams.delete(stream);
  };
  request.signal.addEventListener("abort", leave);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (text: string): void => controller.enqueue(encoder.encode(text));
      stream = {
        send: (frame, id) =>
          write(`${id === undefined ? "" : `id: ${id}\n`}data: ${stringifyJson(frame)}\n\n`),
        close: () => {
          leave();
          controller.close();
        },
      };
      write(":\n\n");
      streams.add(stream);
      begin(stream.send);
    },
    cancel: leave,
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
