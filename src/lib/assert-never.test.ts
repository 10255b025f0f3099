import { expect, test } from "bun:test";
import { assertNever } from "./assert-never.ts";

test("assertNever throws and names the foreign value", () => {
  expect(() => assertNever("blue" as never)).toThrow('"blue"');
});
