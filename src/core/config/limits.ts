/** How large a configuration may be. It is read by a person, so far below what a machine could take. */
export const LIMITS = {
  /** A commit with its history, packed. */
  packBytes: 16 * 1024 * 1024,
  /** Of one allocation of git: a small pack can ask for a lot of memory. */
  gitAllocation: "64m",
  files: 500,
  fileBytes: 1024 * 1024,
  treeBytes: 4 * 1024 * 1024,
  pathBytes: 255,
  diffBytes: 256 * 1024,
  /** A larger diff is not carried along with the approval, but asked for. */
  inlineDiffBytes: 16 * 1024,
  /** Open requests for one agent's configuration. */
  openRequests: 10,
  transferMs: 30_000,
} as const;
