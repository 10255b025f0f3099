import { describe, expect, test } from "bun:test";
import { OPERATOR } from "../../../test/support/broker-bed.ts";
import { type LifecycleBed, lifecycleBed, until } from "../../../test/support/lifecycle-bed.ts";
import { HiveError } from "../../wire/errors.ts";

interface Host {
  readonly bed: LifecycleBed;
  /** What does not answer from now on. */
  silent: "stop" | "create" | undefined;
}

function hostBed(): Host {
  const refuse = (): void => {
    throw new HiveError("unavailable", "systemd does not answer: Failed to connect to bus");
  };
  const host: { silent: Host["silent"]; bed?: LifecycleBed } = { silent: undefined };
  const bed = lifecycleBed({
    backends: (fake) => [
      {
        ...fake,
        create: async (place) => (host.silent === "create" ? refuse() : fake.create(place)),
        stop: async (run, how) => (host.silent === "stop" ? refuse() : fake.stop(run, how)),
      },
    ],
  });
  return Object.assign(host, { bed });
}

const shown = ({ bed }: Host) => bed.lifecycle.observe("alice");

describe("a host that does not answer for a moment", () => {
  test("leaves an agent shown running that could not be stopped; its end is then the stop", async () => {
    const host = hostBed();
    await using bed = host.bed;
    await bed.spawn("alice");
    host.silent = "stop";
    await expect(bed.lifecycle.stop(OPERATOR, ["alice"], false)).rejects.toThrow("systemd does not answer");
    expect(shown(host).process).toBe("running");
    host.silent = undefined;
    bed.backend.end("alice");
    await bed.bed.clock.advance(2_000);
    await until(() => shown(host).process === "stopped");
    await bed.bed.clock.advance(60_000);
    expect(shown(host).process).toBe("stopped");
  });

  test("is asked again until an agent that ended is cleaned up; nothing is started before", async () => {
    const host = hostBed();
    await using bed = host.bed;
    await bed.spawn("alice");
    host.silent = "stop";
    bed.backend.end("alice");
    await until(() => shown(host).process === "stopping");
    expect(shown(host).reason).toStartWith("systemd does not answer");
    await bed.bed.clock.advance(1_000);
    expect(shown(host).process).toBe("stopping");
    host.silent = undefined;
    await bed.bed.clock.advance(1_000);
    await until(() => shown(host).process === "backoff");
    await bed.bed.clock.advance(1_000);
    await until(() => shown(host).process === "running");
  });

  test("keeps an agent from being stopped for a restart that could not start it", async () => {
    const host = hostBed();
    await using bed = host.bed;
    await bed.spawn("alice");
    const { pid } = shown(host);
    host.silent = "create";
    await expect(bed.lifecycle.restart(OPERATOR, "alice")).rejects.toThrow("systemd does not answer");
    expect(shown(host)).toMatchObject({ process: "running", pid });
    host.silent = undefined;
    await bed.lifecycle.restart(OPERATOR, "alice");
    expect(shown(host)).toMatchObject({ process: "running" });
    expect(shown(host).pid).not.toBe(pid);
  });
});
