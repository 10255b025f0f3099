// hyperhive on its home platform, as far as a machine without NixOS can show it: what is doubled is in files/.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { operatorWire } from "../../../src/wire/wire.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { machineReason } from "./machine.ts";
import { type NixosHost, startNixosHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const LONG = "a-name-of-all-its-31-characters";

describe.skipIf(reason !== undefined)(`a NixOS host${reason === undefined ? "" : ` (${reason})`}`, () => {
  let host: NixosHost;
  beforeAll(async () => {
    host = await startNixosHost();
  }, 120_000);
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  }, 60_000);

  test("runs agents as containers that exchange messages", async () => {
    await host.spawn("anna-nix");
    await host.spawn(LONG);
    await host.send("anna-nix", `tell ${LONG}<<hello neighbour>>`);
    const arrived = await host.waitFor("the neighbour has read it", ({ messages }) =>
      [...messages.values()].find(({ to, state }) => to === LONG && state === "handled"),
    );
    expect(arrived).toMatchObject({ from: "anna-nix", body: "hello neighbour" });
  }, 120_000);
  void operatorWire;
});
