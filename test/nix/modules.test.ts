// What the modules make of examples and of agents' configurations. A real nixpkgs is asked with HYPERHIVE_NIXPKGS=TREE.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nixReason } from "../../scripts/lib/nix-eval.ts";
import { ROOT } from "../../scripts/lib/paths.ts";
import {
  AGENT_UID,
  HARNESS_ENV,
  homeOf,
  RUN_HIVE,
  stateOf,
} from "../../src/core/lifecycle/backends/nixos-container/inside.ts";
import { Settings } from "../../src/core/settings.ts";
import { AgentConfig } from "../../src/wire/agent-config.ts";
import { compareGolden } from "./golden.ts";
import { ask, kind, PATIENCE } from "./nix.ts";

const reason = nixReason();
setDefaultTimeout(PATIENCE);

const AGENTS = join(ROOT, "test/fixtures/nix/agents");
const agentJson = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(AGENTS, name, "agent.json"), "utf8"));
const examples = readdirSync(join(ROOT, "nix/examples"))
  .filter((name) => name !== "default.nix")
  .map((name) => name.replace(/\.nix$/, ""));

// Where there is no nix, the title says so.
const evaluated = describe.skipIf(reason !== undefined);
const where = `on ${kind}${reason === undefined ? "" : ` (${reason})`}`;
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const matches = (name: string, value: unknown): void => {
  const { now, before } = compareGolden(`${kind}/${name}`, value);
  expect(now).toBe(before);
};

evaluated(`a host ${where}`, () => {
  test("of every example, and of the template, is accepted, and a toplevel is made of it", () => {
    expect(Object.keys(ask().hosts).toSorted()).toEqual([...examples, "template"].toSorted());
    for (const [name, host] of Object.entries(ask().hosts)) {
      expect([name, host.refused]).toEqual([name, []]);
      if (kind === "nixpkgs") expect(host.drv).toMatch(/nixos-system-.*\.drv$/);
    }
  });

  test.each(examples)("of the example %s has settings that the daemon takes", (name) => {
    const settings = ask().hosts[name]?.settings;
    expect(Settings.safeParse(settings).error?.issues ?? []).toEqual([]);
    if (name === "tuned") expect(settings).toMatchObject({ port: 7070, limits: { link_grace_seconds: 20 } });
  });

  test.each(examples)("of the example %s has unit, settings and gateway as before", (name) => {
    const host = ask().hosts[name];
    matches(`host-${name}.unit${kind === "stub" ? ".json" : ""}`, host?.unit);
    matches(`host-${name}.settings.json`, host?.settings);
    matches(`host-${name}.nginx.json`, host?.nginx);
  });

  test("starts containers by NixOS's own unit, as it was before", () => {
    const unit = ask().hosts["minimal"]?.container;
    // Stubs have none; what is committed is compared with the test host's double in units.test.ts.
    if (kind === "stub") expect(unit).toBeNull();
    else matches("container@.unit", unit);
  });

  test("lets its administrators in by the group hive-admin", () => {
    expect(ask().hosts["minimal"]?.admins).toEqual(["you"]);
    expect(ask().hosts["minimal"]?.settings).toMatchObject({ admin_group: "hive-admin" });
  });

  test.each([
    ["manager", "is not an agent name"],
    ["listen", "is not loopback"],
    ["agentsPort", "8100 to 8999"],
    ["noDomain", "needs services.hyperhive.domain"],
    ["noFiles", "needs certificate and certificateKey"],
  ])("is refused with a sentence: %s", (name, sentence) => {
    expect(ask().wrong[name]).toEqual([expect.stringContaining(sentence)]);
  });
});

evaluated(`an agent ${where}`, () => {
  test("with a name that is none is refused", () => {
    expect(ask().badName).toBe(false);
  });

  test("has options for exactly the fields of agent.json", () => {
    const fields = Object.keys(AgentConfig.shape).toSorted();
    expect(ask().agentFields.toSorted()).toEqual(fields);
    // The fixture says every field, so that each is seen to come through.
    const full = agentJson("alice");
    expect(Object.keys(full).toSorted()).toEqual(fields);
    const limits = Object.keys(AgentConfig.shape.limits.unwrap().shape).toSorted();
    expect(Object.keys(full["limits"] ?? {}).toSorted()).toEqual(limits);
  });

  test.each(["alice", "bob", "bare"])("%s is rendered as the daemon reads its agent.json", (name) => {
    const given = name === "bare" ? {} : agentJson(name);
    expect(ask().agents[name]?.json).toEqual({ ...AgentConfig.parse(given) });
    expect(ask().agents[name]?.refused).toEqual([]);
    if (kind === "nixpkgs") expect(ask().agents[name]?.drv).toContain(`nixos-system-h-${name}`);
  });

  test("has the packages that its agent.json names, and none by a name that is none", () => {
    const has = (name: string): string => (ask().agents[name]?.packages ?? []).join(" ");
    expect(has("alice")).toMatch(/weston.*requests/);
    expect(has("bare")).not.toMatch(/weston|requests/);
    expect(ask().badPackage).toBe(false);
  });

  test("whose agent.nix says what agent.json does not is refused", () => {
    expect(ask().agents["liar"]?.refused).toEqual([expect.stringContaining("Say it in agent.json")]);
  });

  test("has the user and the places that the daemon counts on", () => {
    expect(ask().agents["alice"]?.user).toEqual({
      uid: AGENT_UID,
      group: "alice",
      home: homeOf("alice"),
      extraGroups: ["wheel"],
    });
    expect(ask().agents["alice"]?.sudo).toBe(false);
    const unit = text(ask().agents["alice"]?.unit);
    expect(unit).toContain(`${RUN_HIVE}/${HARNESS_ENV}`);
    expect(unit).toContain(stateOf("alice"));
  });

  test("has the unit it had before", () => {
    matches(`agent-alice.unit${kind === "stub" ? ".json" : ""}`, ask().agents["alice"]?.unit);
    matches("agent-alice.json", ask().agents["alice"]?.json);
  });
});

// One for each paragraph of docs/gotchas.md that Nix can break.
evaluated(`gotcha ${where}`, () => {
  test("boot.isNspawnContainer is set in a container, and boot.enableContainers on its host", () => {
    expect(ask().agents["bare"]?.nspawn).toBe(true);
    expect(ask().hosts["minimal"]?.containers).toBe(true);
  });

  test("a service's PATH is not the host's: git and the system's own path are named", () => {
    const unit = text(ask().hosts["minimal"]?.unit);
    expect(unit).toMatch(/HYPERHIVE_GIT[":=]+\/nix\/store\/[^"]*\/bin\/git/);
    expect(unit).toContain("/run/current-system/sw");
    expect(text(ask().agents["bare"]?.unit)).toContain("/run/current-system/sw");
  });

  test("every entry of a path gets /bin: the wrappers are named without it", () => {
    const unit = text(ask().agents["bare"]?.unit);
    expect(unit).toContain("/run/wrappers");
    expect(unit).not.toContain("bin/bin");
    if (kind === "stub") expect(unit).toContain('"/run/wrappers"');
    else expect(unit).toContain("PATH=/run/wrappers/bin:/run/current-system/sw/bin");
  });

  test("the runtime directory outlives the daemon, since containers bind it", () => {
    expect(text(ask().hosts["minimal"]?.unit)).toMatch(/RuntimeDirectoryPreserve[":=]+yes/);
  });

  test("the unfree claude is allowed in the container's own nixpkgs, and nothing else", () => {
    expect(ask().agents["bare"]?.unfree).toEqual([true, false]);
  });

  test("builds in a container fall back to no sandbox, by force", () => {
    expect(ask().agents["bare"]?.sandboxFallback).toBe(true);
  });

  test("the host's nix daemon trusts nobody: root in a container would be root to it", () => {
    for (const host of Object.values(ask().hosts)) expect(host.trusted).toEqual([]);
  });

  test("a container on the host's network asks nobody for an address, and has no firewall of its own", () => {
    expect(ask().agents["bare"]).toMatchObject({ dhcp: false, firewall: false });
  });

  test("/etc/hyperhive is a read-only bind: the system puts nothing there", () => {
    expect(ask().agents["alice"]?.etc).toEqual([]);
  });
});

evaluated(`gotcha of units ${where}`, () => {
  test("a desktop fails alone, has one display for everybody, and listens on loopback", () => {
    const { unit, pam, variables, harness } = ask().desktop;
    expect(text(unit)).toMatch(/Type[":=]+simple/);
    expect(pam).toContain("account required pam_permit.so");
    expect(variables).toEqual({ WAYLAND_DISPLAY: "wayland-0", XDG_RUNTIME_DIR: "/run/hyperhive-gui" });
    if (kind === "nixpkgs") expect(harness).toContain("WAYLAND_DISPLAY=wayland-0");
    const source = readFileSync(join(ROOT, "nix/templates/weston-vnc.nix"), "utf8");
    expect(source).toContain("--address=127.0.0.1");
    expect(source).toContain("idle-time=0");
  });

  test("Bun's switches reach no unit", () => {
    for (const unit of [ask().hosts["minimal"]?.unit, ask().agents["bare"]?.unit])
      expect(text(unit)).toMatch(/UnsetEnvironment[":=]+BUN_OPTIONS BUN_BE_BUN BUN_INSPECT/);
  });
});

evaluated(`the option reference ${where}`, () => {
  test.each(["host", "agent"] as const)("of the %s lists what is committed", (name) => {
    const page = readFileSync(join(ROOT, `docs/options/${name}.md`), "utf8");
    const committed = [...page.matchAll(/^## (.+)$/gm)].map(([, option]) => option ?? "");
    expect(committed.length).toBeGreaterThan(10);
    // Our stubs make no reference of their own: scripts/gen/nix-options.ts is compared by scripts/check.sh.
    const listed = ask().reference?.[name] ?? committed;
    expect(listed.toSorted()).toEqual(committed.toSorted());
  });
});
