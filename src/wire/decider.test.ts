import { describe, expect, test } from "bun:test";
import { deciderWords } from "./decider.ts";

describe("who decided", () => {
  test("is told by the way they came", () => {
    expect(deciderWords("operator (host uid:1000)")).toBe("hivectl (uid:1000)");
    expect(deciderWords("operator (http session:01JDAAAAAAXYZ123)")).toBe("a browser (session …XYZ123)");
    expect(deciderWords("alice")).toBe("alice");
  });
});
