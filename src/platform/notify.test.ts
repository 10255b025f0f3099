import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createNotifier } from "./notify.ts";
import { type Child, spawnChild } from "./spawn.ts";

/** A datagram receiver, because no runtime of ours can be one: prints each datagram as a line of JSON. */
const RECEIVER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name.startswith("@") else name)
print("bound", flush=True)
while True:
    print(json.dumps(s.recv(4096).decode()), flush=True)
`;

let dir: string;
let receiver: Child | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "notify-"));
});
afterEach(() => {
  receiver?.kill("SIGKILL");
  rmSync(dir, { recursive: true });
});

async function receive(address: string, count: number, send: () => void): Promise<string[]> {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  receiver = await spawnChild({ argv: ["python3", "-c", RECEIVER, address], env, cwd: "/" });
  let text = "";
  let sent = false;
  for await (const chunk of receiver.stdout) {
    text += Buffer.from(chunk).toString();
    if (!sent && text.includes("bound\n")) {
      sent = true;
      send();
    }
    const lines = text.split("\n").slice(1, -1);
    if (lines.length >= count) return lines.map((line) => JSON.parse(line));
  }
  throw new Error("the receiver ended");
}

describe("notifier", () => {
  test.each(["path", "abstract"])("reaches a datagram socket with an address of kind %p", async (kind) => {
    const address = kind === "path" ? join(dir, "notify") : `@hyperhive-test-${process.pid}-${Date.now()}`;
    const notifier = createNotifier({ env: { NOTIFY_SOCKET: address } });
    const datagrams = await receive(address, 4, () => {
      notifier.ready("serving 3 agents");
      notifier.status("two\nREADY=0");
      notifier.watchdog();
      notifier.stopping();
    });
    expect(datagrams).toEqual([
      "READY=1\nSTATUS=serving 3 agents",
      "STATUS=two READY=0",
      "WATCHDOG=1",
      "STOPPING=1",
    ]);
  });

  test("does nothing without the variable, and nothing bad when nobody listens", () => {
    createNotifier({ env: {} }).ready();
    expect(createNotifier({ env: {} }).active).toBe(false);
    const warnings: string[] = [];
    const log = { ...silent(), warn: (_: unknown, message: string) => void warnings.push(message) };
    createNotifier({ env: { NOTIFY_SOCKET: join(dir, "none") }, log }).ready();
    expect(warnings).toEqual(["systemd could not be notified"]);
  });

  test("asks for a ping at half the watchdog's time, and only of the process that is watched", () => {
    const env = { NOTIFY_SOCKET: "/x", WATCHDOG_USEC: "30000000" };
    expect(createNotifier({ env }).watchdogMs).toBe(15_000);
    expect(createNotifier({ env: { ...env, WATCHDOG_PID: "1" } }).watchdogMs).toBeUndefined();
    expect(createNotifier({ env: { NOTIFY_SOCKET: "/x" } }).watchdogMs).toBeUndefined();
  });
});

function silent() {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => log };
  return log;
}
