/** Closes a switch over a union: a member that was forgotten does not compile, and a foreign value throws. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value ${JSON.stringify(value)}`);
}
