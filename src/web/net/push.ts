/** Web push of this browser: its permission, its subscription, and what the hive knows of it. */
import { notifyEndpoints } from "../../wire/notify.ts";
import type { Hive } from "../hive.ts";
import { keptText } from "./kept.ts";

export type PushState =
  /** This browser, or this address, cannot. */
  | { readonly kind: "unable"; readonly reason: string }
  | { readonly kind: "denied" }
  | { readonly kind: "off" }
  | { readonly kind: "on" };

/** Id of this browser's subscriber at the hive. */
const kept = keptText("hive-push");

export async function pushState(hive: Hive): Promise<PushState> {
  if (!window.isSecureContext) return { kind: "unable", reason: "push needs https, or this machine itself" };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window))
    return { kind: "unable", reason: "this browser has no web push; on a phone, install the page first" };
  if (Notification.permission === "denied") return { kind: "denied" };
  const subscription = await (await registration(hive))?.pushManager.getSubscription();
  return subscription === null || subscription === undefined || kept.get() === undefined
    ? { kind: "off" }
    : { kind: "on" };
}

function registration(hive: Hive): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.getRegistration(`${hive.base}/`);
}

/** Asks for permission, so it must follow a click. */
export async function enablePush(hive: Hive, key: string): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? { kind: "denied" } : { kind: "off" };
  await navigator.serviceWorker.register(`${hive.base}/notify-worker.js`, { scope: `${hive.base}/` });
  await tellHive(hive, await navigator.serviceWorker.ready, key);
  return { kind: "on" };
}

async function tellHive(hive: Hive, worker: ServiceWorkerRegistration, key: string): Promise<void> {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await worker.pushManager.subscribe(options).catch(async (thrown: unknown) => {
    // Made for another key of the hive: it has to go first.
    const old = await worker.pushManager.getSubscription();
    if (old === null) throw thrown;
    await old.unsubscribe();
    return worker.pushManager.subscribe(options);
  });
  const { endpoint, keys = {} } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys;
  const input = { endpoint: endpoint ?? "", p256dh, auth };
  const { subscriber } = await hive.call(notifyEndpoints.notifySubscribe, input);
  kept.set(subscriber.id);
}

export async function disablePush(hive: Hive): Promise<PushState> {
  const subscription = await (await registration(hive))?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  const id = kept.get();
  kept.set(undefined);
  if (id !== undefined) await hive.call(notifyEndpoints.notifyUnsubscribe, { id }).catch(() => {});
  return { kind: "off" };
}

/** Push services give a browser a new address now and then: at each visit the hive is told the one that holds. */
export async function renewPush(hive: Hive): Promise<void> {
  if (kept.get() === undefined || (await pushState(hive)).kind !== "on") return;
  const { push_key } = await hive.call(notifyEndpoints.notify, {});
  const worker = await registration(hive);
  if (push_key !== undefined && worker !== undefined) await tellHive(hive, worker, push_key);
}
