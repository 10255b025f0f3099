/** What hive-c0re told us to be: the last settings, and what follows from them for the next start of claude. */
import type { AgentConfig } from "../../src/wire/agent-config.ts";
import type { Effort } from "../../src/wire/ids.ts";
import type { HarnessSettings } from "../../src/wire/link.ts";

export interface Settings {
  /** Undefined before the first greeting. */
  readonly current: HarnessSettings | undefined;
  readonly config: AgentConfig | undefined;
  readonly model: string | undefined;
  readonly effort: Effort | undefined;
  update(next: HarnessSettings): void;
  /** From the agent's own page; a later choice made at hive-c0re replaces it. */
  choose(choice: { readonly model?: string; readonly effort?: Effort }): void;
}

export function createSettings(): Settings {
  let current: HarnessSettings | undefined;
  let model: string | undefined;
  let effort: Effort | undefined;
  return {
    get current() {
      return current;
    },
    get config() {
      return current?.config;
    },
    get model() {
      return model ?? current?.model ?? current?.config.model;
    },
    get effort() {
      return effort ?? current?.effort ?? current?.config.effort;
    },
    update: (next) => {
      if (current !== undefined && next.model !== current.model) model = undefined;
      if (current !== undefined && next.effort !== current.effort) effort = undefined;
      current = next;
    },
    choose: (choice) => {
      model = choice.model ?? model;
      effort = choice.effort ?? effort;
    },
  };
}
