/** Search and history: what was said, and what turns were about. */
import type { Input, Output } from "../../wire/endpoint.ts";
import type { Message } from "../../wire/messages.ts";
import type { agentWire, operatorWire } from "../../wire/wire.ts";
import { isoTime, toMessage } from "../db/stores/messages.ts";
import { type SearchStore, searchStore } from "../db/stores/search.ts";
import type { BrokerContext } from "./context.ts";
import { searchQuery } from "./search-query.ts";

type Found = Output<(typeof operatorWire)["searchMessages"]>;

export interface Search {
  search(input: Input<(typeof operatorWire)["searchMessages"]>): Found;
  history(agent: string, input: Input<(typeof agentWire)["getHistory"]>): Message[];
  /** A little at a time, beside the daemon's other work. True: there is more. */
  catchUp(): boolean;
}

export function createSearch(context: BrokerContext): Search {
  const store = searchStore(context.db);

  const upToDate = (): void => {
    try {
      store.catchUp();
    } catch (error) {
      // A full disk: what is indexed can still be found.
      context.log.warn({ error }, "new messages could not be indexed for search");
    }
  };

  const byId = (id: string): Message[] => {
    const row = context.messages.byId(id);
    return row === undefined ? [] : [toMessage(row)];
  };

  return {
    search: ({ query, limit }) => {
      const match = searchQuery(query);
      if (match === undefined) return { hits: [] };
      upToDate();
      return { hits: findAll(context, store, { match, limit }) };
    },
    history: (agent, { with: other, query, limit }) => {
      if (query === undefined) {
        return context.messages.list({ party: agent, with: other, limit }).map(toMessage);
      }
      const match = searchQuery(query);
      if (match === undefined) return [];
      upToDate();
      return store.ofParty(match, { party: agent, with: other, limit }).flatMap(byId);
    },
    catchUp: () => store.catchUp(1),
  };
}

function findAll(
  context: BrokerContext,
  store: SearchStore,
  { match, limit }: { readonly match: string; readonly limit: number },
): Found["hits"] {
  const inMessages = store.messages(match, limit).flatMap(({ seq, rank, excerpt }) => {
    const row = context.messages.byId(store.idOf(seq) ?? "");
    if (row === undefined) return [];
    const hit = { kind: "message" as const, message: toMessage(row), at: isoTime(row.created_at), excerpt };
    return [{ rank, hit }];
  });
  const inDigests = store.digests(match, limit).map(({ rank, excerpt, agent, at }) => ({
    rank,
    hit: { kind: "digest" as const, agent, at: isoTime(at), excerpt },
  }));
  const best = [...inMessages, ...inDigests].sort((a, b) => a.rank - b.rank);
  return best.slice(0, limit).map(({ hit }) => hit);
}
