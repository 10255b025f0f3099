import { describe, expect, test } from "bun:test";
import { nixString, renderMetaFlake, toplevelRef } from "./meta-flake.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

describe("meta flake", () => {
  test("has one configuration for each agent, pinned to what was applied, in one order", () => {
    const agents = [
      { name: "bob" },
      {
        name: "alice",
        applied: { repository: "/var/lib/hyperhive/agents/alice/config/applied.git", sha: SHA },
      },
    ];
    const text = renderMetaFlake({ hyperhive: "flake:hyperhive", agents });
    expect(text).toBe(`# Written by hive-c0re: changes are lost.
{
  inputs = {
    hyperhive.url = "flake:hyperhive";
    agent-alice = { url = "git+file:///var/lib/hyperhive/agents/alice/config/applied.git?ref=refs/hive/incoming/${SHA}&rev=${SHA}"; flake = false; };
  };

  outputs = inputs: {
    nixosConfigurations = {
      "alice" = inputs.hyperhive.lib.agentSystem { name = "alice"; config = inputs.agent-alice; inherit inputs; };
      "bob" = inputs.hyperhive.lib.agentSystem { name = "bob"; config = null; inherit inputs; };
    };
  };
}
`);
    expect(renderMetaFlake({ hyperhive: "flake:hyperhive", agents: agents.toReversed() })).toBe(text);
  });

  test.each(["../../etc", "Alice", "a b", 'a";', ""])("refuses the name %j", (name) => {
    expect(() => renderMetaFlake({ hyperhive: "x", agents: [{ name }] })).toThrow(/is not an agent name/);
  });

  test.each(["main", "0123", "refs/tags/x", `${SHA}0`])("refuses %j for a commit", (sha) => {
    const agents = [{ name: "alice", applied: { repository: "/r", sha } }];
    expect(() => renderMetaFlake({ hyperhive: "x", agents })).toThrow(/is not a whole commit id/);
  });

  test("refuses an input that would hide one of ours", () => {
    expect(() => renderMetaFlake({ hyperhive: "x", agents: [], inputs: { hyperhive: "y" } })).toThrow();
    expect(() => renderMetaFlake({ hyperhive: "x", agents: [], inputs: { "agent-alice": "y" } })).toThrow();
  });

  test("keeps what is special in a URL within the path of a repository", () => {
    const applied = { repository: "/a b/c?d=e&f#g/%41/ü.git", sha: SHA };
    const text = renderMetaFlake({ hyperhive: "x", agents: [{ name: "alice", applied }] });
    expect(text).toContain('"git+file:///a%20b/c%3Fd%3De%26f%23g/%2541/%C3%BC.git?ref=');
  });

  test("lets nothing out of a string", () => {
    expect(nixString(`a"b\\c\${d}\n`)).toBe(`"a\\"b\\\\c\\\${d}\\n"`);
  });
});

describe("field notes: nix build flake#name does not walk into nixosConfigurations", () => {
  test("the whole way to the system is spelled out", () => {
    expect(toplevelRef("/var/lib/hyperhive/meta#argus")).toBe(
      "/var/lib/hyperhive/meta#nixosConfigurations.argus.config.system.build.toplevel",
    );
  });

  test.each(["/meta", "#argus", "/meta#", "/meta#a#b", "/meta#nixosConfigurations.a"])(
    "refuses %j",
    (ref) => {
      expect(() => toplevelRef(ref)).toThrow();
    },
  );
});
