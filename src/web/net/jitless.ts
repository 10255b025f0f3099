/** Imported before any schema: the pages' policy forbids eval, and zod would try it (and be reported). */
import { config } from "zod";

config({ jitless: true });
