import { describe, expect, test } from "bun:test";
import { shownId, wholeId } from "./short-id.ts";

const A = "01M833TTWPD9YMAAHMSG6KW9CE";
const B = "01M833TTWPD9YMAAHMSG6KW9CF";
const known = { what: "message", hint: "hivectl message list", ids: async () => [{ id: A }, { id: B }] };

describe("an id", () => {
  test("is shown by its end where a line is short, whole where there is room", () => {
    expect(shownId(A, { width: 80 })).toBe("SG6KW9CE");
    expect(shownId(A, { width: 120 })).toBe(A);
  });

  test("is found by its end, in either case", async () => {
    expect(await wholeId("sg6kw9ce", known)).toBe(A);
    expect(await wholeId("F", known)).toBe(B);
  });

  test("is taken as it is when it is whole, without asking the hive", async () => {
    const ids = () => Promise.reject(new Error("asked"));
    expect(await wholeId(A, { ...known, ids })).toBe(A);
  });

  test("that fits none or several is refused in a sentence", async () => {
    expect(wholeId("XX", known)).rejects.toMatchObject({
      code: "not_found",
      message: 'no message has an id that ends with "XX"',
    });
    const alike = { ...known, ids: async () => [{ id: `${A}` }, { id: `01${A.slice(2)}` }] };
    expect(wholeId("9CE", alike)).rejects.toMatchObject({
      code: "invalid",
      message: '2 messages have an id that ends with "9CE"',
    });
    expect(wholeId("", known)).rejects.toMatchObject({ code: "not_found" });
  });
});
