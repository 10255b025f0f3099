import { describe, expect, test } from "bun:test";
import { inputChanges, inputsDigest, lockedInputs } from "./meta-lock.ts";

interface Revs {
  readonly nixpkgs?: string;
  readonly alice?: string;
}

function lock({ nixpkgs = "aaa", alice = "one" }: Revs = {}): string {
  const hyperhive = { type: "path", path: "/nix/store/x-source", narHash: "sha256-x", lastModified: 86_400 };
  return JSON.stringify({
    nodes: {
      root: { inputs: { hyperhive: "hyperhive", "agent-alice": "agent-alice" } },
      hyperhive: { inputs: { nixpkgs: "nixpkgs", tools: "tools" }, locked: hyperhive },
      nixpkgs: { locked: { type: "github", owner: "NixOS", repo: "nixpkgs", rev: nixpkgs } },
      tools: {
        inputs: { nixpkgs: ["hyperhive", "nixpkgs"] },
        locked: { type: "git", url: "file:///t", rev: "t" },
      },
      "agent-alice": { flake: false, locked: { type: "git", url: "file:///a", rev: alice } },
    },
    root: "root",
    version: 7,
  });
}

describe("the lock file of the meta flake", () => {
  test("names its inputs by their way, without agents' configurations and without what follows another", () => {
    expect(Object.fromEntries(lockedInputs(lock()))).toEqual({
      hyperhive: "path:/nix/store/x-source sha256-x (1970-01-02)",
      "hyperhive/nixpkgs": "github:NixOS/nixpkgs aaa",
      "hyperhive/tools": "git:file:///t t",
    });
  });

  test("differs where an input is another, and not where an agent's configuration is", () => {
    expect(inputChanges(lock(), lock({ nixpkgs: "bbb" }))).toEqual([
      "hyperhive/nixpkgs: github:NixOS/nixpkgs aaa → github:NixOS/nixpkgs bbb",
    ]);
    expect(inputChanges(lock(), lock({ alice: "two" }))).toEqual([]);
    expect(inputsDigest(lock({ alice: "two" }))).toBe(inputsDigest(lock()));
    expect(inputsDigest(lock({ nixpkgs: "bbb" }))).not.toBe(inputsDigest(lock()));
  });

  test.each(["", "{", "[]", '{"root":"root"}'])("that is damaged is called so: %j", (text) => {
    expect(() => lockedInputs(text)).toThrow("the lock file of the meta flake is damaged");
  });

  test("ends also where inputs go round in a circle", () => {
    const nodes = { root: { inputs: { a: "a" } }, a: { inputs: { b: "root" } } };
    expect(() => lockedInputs(JSON.stringify({ root: "root", nodes }))).toThrow("is damaged");
  });
});
