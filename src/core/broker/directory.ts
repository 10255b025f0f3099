/** What the broker asks about agents; `main.ts` answers from the registry. */
export interface Directory {
  names(): readonly string[];
  has(name: string): boolean;
  /** From the agent's configuration: names, `operator`, or `*`. */
  allowedRecipients(name: string): readonly string[];
  isManager(name: string): boolean;
}
