/** Column types that SQLite and drizzle lack. Not a table: the generator of migrations passes over it. */
import { customType } from "drizzle-orm/sqlite-core";

/**
 * Signed 64-bit, bigint in code. Above 2^53 only a statement with `safeIntegers` reads it exactly; drizzle's own
 * statements do not.
 */
export const int64 = customType<{ data: bigint; driverData: number | bigint }>({
  dataType: () => "integer",
  fromDriver: (value) => BigInt(value),
  toDriver: (value) => value,
});
