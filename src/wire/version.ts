/** What this build is and which wire it speaks. The two constants are put in by `scripts/build`. */

declare const __HIVE_VERSION__: string | undefined;
declare const __HIVE_REVISION__: string | undefined;

/** The program's version, e.g. `0.1.0`; `0.0.0-source` when run from source. */
export const VERSION: string =
  typeof __HIVE_VERSION__ === "string" && __HIVE_VERSION__ !== "" ? __HIVE_VERSION__ : "0.0.0-source";

/** Short git revision of the sources, with `-dirty` for uncommitted changes; `unknown` when run from source. */
export const REVISION: string =
  typeof __HIVE_REVISION__ === "string" && __HIVE_REVISION__ !== "" ? __HIVE_REVISION__ : "unknown";

/**
 * Version of the operator wire, sent with every host socket answer.
 * Raised only when a field is removed, renamed or retyped: clients refuse a higher one.
 */
export const WIRE_VERSION = 1;

/** Version of the frames between hive-c0re and the harness; one step either way is tolerated. */
export const LINK_VERSION = 1;

/** One line for `--version`. */
export function versionLine(program: string): string {
  return `${program} ${VERSION} (${REVISION})`;
}
