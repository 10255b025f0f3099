import { describe, expect, test } from "bun:test";
import { HiveError, toErrorBody } from "./errors.ts";

describe("the wire form of an error", () => {
  test("keeps a foreign error's text to itself", () => {
    expect(toErrorBody(new Error("secret"), "42")).toMatchObject({
      error: "something went wrong inside the hive (log id 42)",
      code: "internal",
    });
  });

  test("is that of the work, when undoing it failed as well", async () => {
    const work = async (): Promise<void> => {
      await using _undo = {
        [Symbol.asyncDispose]: () => Promise.reject(new HiveError("unavailable", "cannot be undone")),
      };
      throw new HiveError("conflict", "it does not build");
    };
    const thrown = await work().catch((error: unknown) => error);
    expect(toErrorBody(thrown)).toEqual({ error: "it does not build", code: "conflict" });
  });
});
