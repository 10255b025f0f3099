import { describe, expect, test } from "bun:test";
import { webPort } from "../../../lib/fnv1a.ts";
import { EMPTY_FORM, spawnInput, spawnProblems } from "./spawn-form.ts";

const NO_TEXTS = { persona: "", prompt: "" };

describe("the form for a new agent", () => {
  test("says what is wrong with a name while it is typed", () => {
    const problem = (name: string) => spawnProblems({ ...EMPTY_FORM, name }, ["alice"]).name;
    expect(problem("")).toBeUndefined();
    expect(problem("zed")).toBeUndefined();
    expect(problem("Zed")).toContain("1 to 31 of a-z");
    expect(problem("alice")).toBe('there is a "alice" already');
    const twin = Array.from({ length: 5_000 }, (_, n) => `a${n}`).find(
      (n) => webPort(n) === webPort("alice"),
    );
    expect(problem(twin ?? "")).toContain(`share the web port ${webPort("alice")} with "alice"`);
  });

  test("names the package and the model that cannot be", () => {
    const form = { ...EMPTY_FORM, name: "zed", packages: "ripgrep, rip;grep", model: "the best" };
    const { packages, model } = spawnProblems(form, []);
    expect(packages).toStartWith('"rip;grep": a package is named as in nixpkgs');
    expect(model).toContain("opus, sonnet, haiku");
  });

  test("asks for what was chosen only", () => {
    expect(spawnInput({ ...EMPTY_FORM, name: "zed" }, NO_TEXTS)).toEqual({ name: "zed", config: {} });
    const form = { ...EMPTY_FORM, name: "zed", role: "manager", effort: "high", backend: "process" } as const;
    const texts = { persona: " You review. ", prompt: "Begin." };
    expect(spawnInput({ ...form, packages: "jq ripgrep" }, texts)).toEqual({
      name: "zed",
      backend: "process",
      prompt: "Begin.",
      config: { role: "manager", effort: "high", system_prompt: "You review.", packages: ["jq", "ripgrep"] },
    });
  });
});
