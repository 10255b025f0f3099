/** What an error of the operating system was, independent of the runtime that threw it. */

/** "ENOENT", "EADDRINUSE", …; undefined when the error carries no such code. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
