/** What a request that is repeated gave the first time. */

import type { Broker } from "../services.ts";

class NotYet extends Error {}

/** What the first call with this key gave; nothing is stored when there was none. */
export async function firstResult(
  broker: Pick<Broker, "once">,
  once: Parameters<Broker["once"]>[0],
): Promise<{ id: string } | undefined> {
  try {
    return await broker.once<{ id: string }>(once, () => {
      throw new NotYet();
    });
  } catch (error) {
    if (error instanceof NotYet) return undefined;
    throw error;
  }
}
