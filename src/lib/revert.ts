/**
 * Undo stack for work in several steps: add the undo right after each step that succeeded, call `success()` at
 * the end; leaving the scope without it runs the undos, last first.
 *
 *     await using revert = newRevert();
 *     await createRoot(); revert.add(removeRoot);
 *     await createUnit(); revert.add(removeUnit);
 *     revert.success();
 */

export interface Revert {
  add(undo: () => void | Promise<void>): void;
  /** Everything worked: forget the undos. */
  success(): void;
  /** Runs the undos now. All of them run even if some throw; what they threw is thrown together at the end. */
  fail(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function newRevert(): Revert {
  let undos: (() => void | Promise<void>)[] = [];

  const fail = async (): Promise<void> => {
    const failures: unknown[] = [];
    const running = undos.reverse();
    undos = [];
    for (const undo of running) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "some steps could not be undone");
  };

  return {
    add: (undo) => {
      undos.push(undo);
    },
    success: () => {
      undos = [];
    },
    fail,
    [Symbol.asyncDispose]: fail,
  };
}
