/** Places of this checkout. */
import { dirname, join } from "node:path";

export const ROOT = dirname(dirname(import.meta.dirname));
export const DIST = join(ROOT, "dist");
export const WEB_DIST = join(DIST, "web");
