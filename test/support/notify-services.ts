// Services that notifications go to, on loopback: a browser's push service, ntfy, and a webhook. They keep what they got.
import { type PushReceiver, pushReceiver } from "./push-receiver.ts";

export interface Got {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface NotifyServices extends AsyncDisposable {
  readonly url: string;
  readonly receiver: PushReceiver;
  readonly got: readonly Got[];
  /** Status for a path from now on; 201 otherwise. */
  answer(path: string, status: number): void;
  /** Waits for the request number `n` (from 0) of a path. */
  request(path: string, n?: number): Promise<Got>;
}

const PATIENCE_MS = 20_000;

export async function notifyServices(): Promise<NotifyServices> {
  const got: Got[] = [];
  const answers = new Map<string, number>();
  let wake = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      got.push({ path, headers: request.headers, body: await request.bytes() });
      wake.resolve();
      wake = Promise.withResolvers<void>();
      const status = answers.get(path) ?? 201;
      return new Response(null, { status, headers: status === 302 ? { location: "/elsewhere" } : {} });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    receiver: await pushReceiver(),
    got,
    answer: (path, status) => void answers.set(path, status),
    request: async (path, n = 0) => {
      const deadline = performance.now() + PATIENCE_MS;
      for (;;) {
        const found = got.filter((one) => one.path === path)[n];
        if (found !== undefined) return found;
        if (performance.now() > deadline)
          throw new Error(`no request ${n} of ${path}, only ${got.map((one) => one.path).join(", ")}`);
        await Promise.race([wake.promise, Bun.sleep(100)]);
      }
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
