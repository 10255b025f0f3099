/**
 * The interrupt ladder: ask claude to stop, then SIGINT, then end everything it and our tools started. Whichever
 * step it needed, nothing of the turn runs on afterwards. The journal says who wanted it and why.
 */
import type { CutOrder, TurnContext } from "./context.ts";
import type { TurnEnd } from "./state.ts";
import type { Talk } from "./talk.ts";

const STEP_MS = 3_000;

export async function cutTurn(context: TurnContext, talk: Talk, order: CutOrder): Promise<TurnEnd> {
  const { journal, keeper, tools, lease } = context;
  journal.append({ kind: "notice", level: "warn", text: `interrupted by ${order.by}: ${order.reason}` });
  const killed = tools.killCommands();
  talk.interrupt();
  const asked = await talk.ended(STEP_MS);
  if (!asked) talk.signal("SIGINT");
  const gone = asked || (await talk.ended(STEP_MS));
  // Closing its input would start a turn for what it has not read yet.
  if (gone && talk.unread === 0) await keeper.retire();
  await killed.catch((error: unknown) => context.log.error({ error }, "commands could not be ended"));
  await keeper.stop();
  return { lease_id: lease.id, outcome: order.outcome, reason: `${order.by}: ${order.reason}` };
}
