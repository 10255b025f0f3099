import { describe, expect, test } from "bun:test";
import { checkPushEndpoint } from "./push.ts";

describe("the address of a push service", () => {
  test("is https, of a public name, and without a port or a user", () => {
    for (const good of [
      "https://fcm.googleapis.com/fcm/send/x",
      "https://updates.push.services.mozilla.com/wpush/v2/x",
    ])
      expect(() => checkPushEndpoint(good, false)).not.toThrow();
    const bad = [
      "http://push.example.org/x",
      "https://127.0.0.1/x",
      "https://[::1]/x",
      "https://2130706433/x",
      "https://10.0.0.1/x",
      "https://localhost/x",
      "https://router/x",
      "https://printer.local/x",
      "https://metadata.google.internal/x",
      "https://push.example.org:8443/x",
      "https://me:secret@push.example.org/x",
      "file:///etc/passwd",
    ];
    for (const endpoint of bad)
      expect(() => checkPushEndpoint(endpoint, false), endpoint).toThrow("not the address");
  });

  test("may be this machine only where the settings say so", () => {
    expect(() => checkPushEndpoint("http://127.0.0.1:9000/x", true)).not.toThrow();
    expect(() => checkPushEndpoint("http://127.0.0.1:9000/x", false)).toThrow();
    expect(() => checkPushEndpoint("http://10.0.0.1:9000/x", true)).toThrow();
  });
});
