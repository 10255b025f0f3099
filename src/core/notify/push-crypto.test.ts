import { describe, expect, test } from "bun:test";
import { createECDH, generateKeyPairSync } from "node:crypto";
import { pushReceiver, vapidClaims } from "../../../test/support/push-receiver.ts";
import { createVapid, encryptPush } from "./push-crypto.ts";

const bytes = (text: string) => Buffer.from(text, "base64url");

describe("push encryption", () => {
  test("makes the bytes of the example in RFC 8291, section 5", () => {
    const sender = createECDH("prime256v1");
    sender.setPrivateKey(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
    const keys = {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    };
    const once = { sender, salt: bytes("DGv6ra1nlYgDCS1FRnbzlw") };
    const body = encryptPush(keys, Buffer.from("When I grow up, I want to be a watermelon"), once);
    expect(Buffer.from(body).toString("base64url")).toBe(
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
    );
  });

  test("is read by another implementation, and never makes the same bytes twice", async () => {
    const receiver = await pushReceiver();
    const [one, two] = [1, 2].map(() => encryptPush(receiver, Buffer.from("größer")));
    expect(await receiver.decrypt(one ?? new Uint8Array())).toBe("größer");
    expect(one).not.toEqual(two);
  });

  test("refuses a key that is no point of the curve", () => {
    const p256dh = Buffer.from([4, ...new Array(64).fill(1)]).toString("base64url");
    expect(() => encryptPush({ p256dh, auth: "AAAAAAAAAAAAAAAAAAAAAA" }, Buffer.from("x"))).toThrow();
  });
});

describe("VAPID", () => {
  test("proves the sender to one push service for half a day", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const vapid = createVapid(privateKey, "mailto:me@example.org");
    expect(await vapidClaims(vapid.authorization("https://push.example.org", 1_000_000))).toEqual({
      aud: "https://push.example.org",
      exp: 1_000 + 43_200,
      sub: "mailto:me@example.org",
      key: vapid.publicKey,
    });
  });
});
