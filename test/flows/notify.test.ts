// What waits for a human reaches one who is not looking: the real daemon, and services on loopback that it posts to.
import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Delivery } from "../../src/wire/notify.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { type NotifyServices, notifyServices } from "../support/notify-services.ts";
import { vapidClaims } from "../support/push-receiver.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const SECRET = "a secret of the webhook's";

interface Bed extends AsyncDisposable {
  readonly services: NotifyServices;
  readonly hive: Hive;
}

async function open(agents: readonly { readonly name: string }[] = []): Promise<Bed> {
  const services = await notifyServices();
  const dir = mkdtempSync(join(tmpdir(), "hive-notify-"));
  const file = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  const notify = {
    push: { enabled: true, allow_loopback: true, contact: "mailto:me@example.org" },
    ntfy: { url: `${services.url}/ntfy`, token_file: file("token", "tk_1") },
    webhook: { url: `${services.url}/webhook`, secret_file: file("secret", SECRET) },
  };
  const hive = await startHive({ rules: puppetRules(), agents, settings: { notify } });
  return {
    services,
    hive,
    [Symbol.asyncDispose]: async () => {
      await hive[Symbol.asyncDispose]();
      await services[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function subscribe({ hive, services }: Bed): Promise<string> {
  const { p256dh, auth } = services.receiver;
  const page = await hive.http();
  const endpoint = `${services.url}/push`;
  const { subscriber } = await page.call(operatorWire.notifySubscribe, { endpoint, p256dh, auth });
  return subscriber.id;
}

const log = async ({ hive }: Bed): Promise<Delivery[]> =>
  (await hive.call(operatorWire.notifyDeliveries, { limit: 50 })).deliveries;

const ask = ({ hive }: Bed, question: string) =>
  hive.call(operatorWire.send, { to: "alice", body: `ask<<${question}>>` });

describe("a question of an agent", () => {
  test("reaches browser, ntfy and webhook; each can tell that it is ours", async () => {
    await using bed = await open([{ name: "alice" }]);
    const { services, hive } = bed;
    await subscribe(bed);
    await ask(bed, "shall i deploy – now?");

    const push = await services.request("/push");
    const text = await services.receiver.decrypt(push.body);
    expect(JSON.parse(text)).toMatchObject({
      title: "alice asks you",
      body: "shall i deploy – now?",
      url: `http://127.0.0.1:${hive.port}/#inbox`,
      kind: "question",
    });
    expect(Buffer.from(push.body).toString("latin1")).not.toContain("deploy");
    expect(push.headers.get("content-encoding")).toBe("aes128gcm");
    const claims = await vapidClaims(push.headers.get("authorization") ?? "");
    const { push_key } = await hive.call(operatorWire.notify, {});
    expect(claims).toMatchObject({ aud: services.url, sub: "mailto:me@example.org", key: push_key });
    expect(statSync(join(hive.stateDir, "keys/vapid.pem")).mode & 0o777).toBe(0o600);

    const ntfy = await services.request("/ntfy");
    expect(Buffer.from(ntfy.body).toString()).toBe("shall i deploy – now?");
    expect(ntfy.headers.get("title")).toBe("alice asks you");
    expect(ntfy.headers.get("authorization")).toBe("Bearer tk_1");

    const webhook = await services.request("/webhook");
    const [, time = "", seal = ""] =
      /^t=(\d+),v1=(\w+)$/.exec(webhook.headers.get("x-hive-signature") ?? "") ?? [];
    const body = Buffer.from(webhook.body).toString();
    expect(createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex")).toBe(seal);
    expect(JSON.parse(body)).toMatchObject({ version: 1, title: "alice asks you", urgent: false });

    await hive.waitFor("it was asked", ({ questions }) => questions.size === 1);
    expect((await log(bed)).map(({ channel }) => channel).sort()).toEqual(["ntfy", "push", "webhook"]);
  }, 60_000);

  test("is told after a crash of the daemon, when the service was down before", async () => {
    await using bed = await open([{ name: "alice" }]);
    const { services, hive } = bed;
    for (const path of ["/ntfy", "/webhook"]) services.answer(path, 503);
    await ask(bed, "still there?");
    await services.request("/ntfy");
    await hive.kill9("core");
    for (const path of ["/ntfy", "/webhook"]) services.answer(path, 200);
    await hive.startCore();
    const told = await services.request("/ntfy", 1);
    expect(Buffer.from(told.body).toString()).toBe("still there?");
  }, 60_000);
});

describe("a browser's subscription", () => {
  test("that its service has ended is removed by the first attempt", async () => {
    await using bed = await open();
    await subscribe(bed);
    bed.services.answer("/push", 410);
    const { deliveries } = await bed.hive.call(operatorWire.notifyTest, { channel: "push" });
    expect(deliveries).toMatchObject([{ state: "failed", attempts: 1 }]);
    expect((await bed.hive.call(operatorWire.notify, {})).subscribers).toEqual([]);
  }, 60_000);

  test("is one, however often it is sent, and ends when it is removed", async () => {
    await using bed = await open();
    const id = await subscribe(bed);
    expect(await subscribe(bed)).toBe(id);
    await bed.hive.call(operatorWire.notifyUnsubscribe, { id });
    expect((await bed.hive.call(operatorWire.notifyTest, { channel: "push" })).deliveries).toEqual([]);
  }, 60_000);
});

describe("a test", () => {
  test("tells how each channel went, and leads nobody elsewhere", async () => {
    await using bed = await open();
    bed.services.answer("/webhook", 302);
    const { deliveries } = await bed.hive.call(operatorWire.notifyTest, {});
    expect(deliveries.map(({ channel, state }) => [channel, state])).toEqual([
      ["ntfy", "sent"],
      ["webhook", "failed"],
    ]);
    expect(bed.services.got.some(({ path }) => path === "/elsewhere")).toBe(false);
  }, 60_000);
});
