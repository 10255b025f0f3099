/**
 * What every backend promises, over those that run anywhere; each skip says why. NixOS containers want a host of
 * their own: test/system/nixos-host/conformance.test.ts.
 */
import { describe, test } from "bun:test";
import { bubblewrapBackend } from "../../src/core/lifecycle/backends/bubblewrap/bubblewrap.ts";
import { processBackend } from "../../src/core/lifecycle/backends/process.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { fakeBackend } from "../support/fake-backend.ts";
import { CASES, type Subject } from "./cases.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";

const SUBJECTS: readonly Subject[] = [
  {
    name: "bubblewrap",
    make: () => bubblewrapBackend({ clock: systemClock, path, privatePlaces: [] }),
    real: true,
  },
  { name: "process", make: () => processBackend({ clock: systemClock, path }), real: true },
  { name: "fake", make: () => fakeBackend(), real: false },
];

for (const subject of SUBJECTS) {
  const reason = await subject.make().probe();
  describe(`backend ${subject.name}`, () => {
    for (const { title, skip, body } of CASES) {
      const why = reason ?? skip(subject);
      const run = (): Promise<void> => body(subject.make);
      if (why === undefined) test(title, run, 20_000);
      // The title says why: the backend does not work here, or does not promise this.
      else test.skip(`${title} (${why})`, run);
    }
  });
}
