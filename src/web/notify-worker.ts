/**
 * The service worker of web push: shows what the hive sent while no page is open. An entry of its own, built without
 * imports, because not every browser loads modules into a worker.
 */

interface PushEvent extends Event {
  readonly data: { json(): unknown } | null;
  waitUntil(work: Promise<unknown>): void;
}

interface ClickEvent extends Event {
  readonly notification: Notification;
  waitUntil(work: Promise<unknown>): void;
}

interface Page {
  readonly url: string;
  navigate(url: string): Promise<unknown>;
  focus(): Promise<unknown>;
}

/** What is used of ServiceWorkerGlobalScope; its own library cannot be loaded beside the DOM's. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { readonly type: "window" }): Promise<readonly Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install", listener: () => void): void;
  addEventListener(type: "push", listener: (event: PushEvent) => void): void;
  addEventListener(type: "notificationclick", listener: (event: ClickEvent) => void): void;
}

const worker = self as unknown as WorkerScope;

worker.addEventListener("install", () => void worker.skipWaiting());

worker.addEventListener("push", (event) => {
  const said = read(event);
  // A push that shows nothing makes browsers withdraw the right to push.
  event.waitUntil(
    worker.registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag,
      icon: "favicon.svg",
      data: said.hash,
    }),
  );
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data)));
});

/** Only the place within the dashboard is taken from the address: a click never leaves the hive. */
function read({ data }: PushEvent) {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  try {
    const { title, body, tag, url } = (data?.json() ?? {}) as Readonly<Record<string, unknown>>;
    const hash = /#[a-z]*$/.exec(text(url))?.[0] ?? "";
    return { title: text(title) || "hyperhive", body: text(body), tag: text(tag), hash };
  } catch {
    return { title: "hyperhive", body: "something waits for you", tag: "", hash: "#inbox" };
  }
}

async function open(hash: string): Promise<void> {
  const url = new URL(hash, worker.registration.scope).href;
  const pages = await worker.clients.matchAll({ type: "window" });
  const [page] = pages.filter((one) => one.url.startsWith(worker.registration.scope));
  if (page === undefined) {
    await worker.clients.openWindow(url);
    return;
  }
  await page.focus();
  // Refused for a page that this worker does not control yet; it is in front all the same.
  await page.navigate(url).catch(() => {});
}
