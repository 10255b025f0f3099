import { describe, expect, test } from "bun:test";
import { newRevert } from "./revert.ts";

describe("revert", () => {
  test("undoes the last step first when the scope is left by a throw", async () => {
    const undone: string[] = [];
    const work = async (): Promise<void> => {
      await using revert = newRevert();
      revert.add(() => void undone.push("root"));
      revert.add(async () => void undone.push("unit"));
      throw new Error("third step failed");
    };
    await expect(work()).rejects.toThrow("third step failed");
    await work().catch(() => {});
    expect(undone).toEqual(["unit", "root", "unit", "root"]);
  });

  test("undoes nothing after success", async () => {
    let undone = false;
    {
      await using revert = newRevert();
      revert.add(() => {
        undone = true;
      });
      revert.success();
    }
    expect(undone).toBe(false);
  });

  test("goes on when an undo fails, and tells at the end", async () => {
    const undone: string[] = [];
    const revert = newRevert();
    revert.add(() => void undone.push("first"));
    revert.add(() => {
      throw new Error("stuck");
    });
    await expect(revert.fail()).rejects.toThrow("could not be undone");
    expect(undone).toEqual(["first"]);
    await revert.fail();
    expect(undone).toEqual(["first"]);
  });
});
