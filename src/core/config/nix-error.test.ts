import { describe, expect, test } from "bun:test";
import { nixError } from "./nix-error.ts";

const DOING = "the configuration does not build";
const sentence = (said: string): string => nixError(DOING, said.split("\n")).message;

/** As nix 2.26.3 said it. */
const TRACE = `error:
       … while calling the 'derivationStrict' builtin
         at <nix/derivation-internal.nix>:37:12:
           36|
           37|   strict = derivationStrict drvAttrs;
             |            ^

       … while evaluating derivation 'nixos-system-h-alice'
         whose name attribute is located at /nix/store/iwci5ma3dpp4ynb4s2biwk5yvnfjn0y4-source/flake.nix:1:108

       (stack trace truncated; use '--show-trace' to show the full, detailed trace)
`;

describe("what nix said, as a sentence", () => {
  test("names what is wrong in the expression, and where", () => {
    const said = `${TRACE}
       error: undefined variable 'pkgz'
       at /nix/store/6az9m1lz40rj3rwz26nzd6qrrip5igk0-source/agent.nix:1:16:
            1| { ... }: { x = pkgz; }
             |                ^
            2|`;
    expect(sentence(said)).toBe(`${DOING}: error: undefined variable 'pkgz' at agent.nix:1:16`);
  });

  test("has what was thrown, also when it has no place", () => {
    expect(sentence(`${TRACE}\n       error: no such module: weather`)).toBe(
      `${DOING}: error: no such module: weather`,
    );
  });

  test("has the lines of a message that begins on the next one, as failed assertions do", () => {
    const said = `${TRACE}
       error:
       Failed assertions:
       - one thing
       - two things`;
    expect(sentence(said)).toBe(`${DOING}: error: Failed assertions: - one thing - two things`);
  });

  test("names the builder that failed and what it said last, not what failed because of it", () => {
    const said = `these 2 derivations will be built:
  /nix/store/1d401k7yrpsng1dd2bxcvfz9mip66pgn-dep.drv
  /nix/store/k6gg43zs5i4rp32qfigpdzx1j0kyrcy1-nixos-system-h-alice.drv
building '/nix/store/1d401k7yrpsng1dd2bxcvfz9mip66pgn-dep.drv'...
compiling
boom
error: builder for '/nix/store/1d401k7yrpsng1dd2bxcvfz9mip66pgn-dep.drv' failed with exit code 4
error: 1 dependencies of derivation '/nix/store/k6gg43zs5i4rp32qfigpdzx1j0kyrcy1-nixos-system-h-alice.drv' failed to build`;
    expect(sentence(said)).toBe(`${DOING}: error: builder for 'dep' failed with exit code 4: boom`);
  });

  test("needs nothing of a builder that said nothing", () => {
    const said = `building '/nix/store/wxrc65jpicpabqz9l2gnp05wdfrk8hd7-dep.drv'...
error: builder for '/nix/store/wxrc65jpicpabqz9l2gnp05wdfrk8hd7-dep.drv' failed due to signal 9 (Killed)`;
    expect(sentence(said)).toBe(`${DOING}: error: builder for 'dep' failed due to signal 9 (Killed)`);
  });

  test("understands builders' errors with their log after them, in both of nix's ways to say it", () => {
    const log = `
       last 2 log lines:
       > building
       > no such library
       For full logs, run:
         nix log /nix/store/wxrc65jpicpabqz9l2gnp05wdfrk8hd7-dep.drv`;
    const old =
      "error: builder for '/nix/store/wxrc65jpicpabqz9l2gnp05wdfrk8hd7-dep.drv' failed with exit code 1;";
    expect(sentence(`${old}${log}`)).toBe(
      `${DOING}: error: builder for 'dep' failed with exit code 1: no such library`,
    );
    const paragraph = `error: Cannot build '/nix/store/wxrc65jpicpabqz9l2gnp05wdfrk8hd7-dep.drv'.
       Reason: builder failed with exit code 1.`;
    expect(sentence(`${paragraph}${log}`)).toBe(
      `${DOING}: error: Cannot build 'dep'. builder failed with exit code 1: no such library`,
    );
  });

  test.each([
    "error: writing to file: No space left on device",
    "       > head: error writing 'standard output': No space left on device",
    "error: executing SQLite statement: database or disk is full (in '/nix/var/nix/db/db.sqlite')",
  ])("says of a full disk that it is full: %s", (line) => {
    expect(nixError(DOING, [line])).toMatchObject({
      code: "storage",
      message: "the build ran out of disk",
      hint: expect.stringContaining("nix-collect-garbage"),
    });
  });

  test("says that nix said nothing, and never a whole page", () => {
    expect(nixError(DOING, []).message).toBe(`${DOING}: nix said nothing`);
    expect(sentence(`error: ${"x".repeat(10_000)}`).length).toBeLessThan(1_000);
  });
});
