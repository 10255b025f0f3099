/** Who may use which endpoint: a ticket in the Authorization header, signed by hive-c0re for this agent and right. */
import type { Clock } from "../../../src/lib/clock.ts";
import { importTicketKey, openTicket } from "../../../src/lib/ticket.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import { allowedTicket, type TicketRight } from "../../../src/wire/ticket.ts";

export interface AdmitOptions {
  readonly agent: string;
  /** SPKI in base64; it may change while we run. */
  readonly ticketKey: () => string | undefined;
  readonly clock: Pick<Clock, "now">;
}

/** The ticket when it allows this; throws HiveError otherwise. */
export type Admit = (request: Request, right: TicketRight) => Promise<string>;

const TICKET_MAX = 4_000;

export function createAdmit({ agent, ticketKey, clock }: AdmitOptions): Admit {
  let imported: { readonly text: string; readonly key: Promise<CryptoKey> } | undefined;
  const key = (): Promise<CryptoKey> => {
    const text = ticketKey();
    if (text === undefined) {
      throw new HiveError("unavailable", "hive-c0re has not been reached yet, so no ticket can be checked");
    }
    if (imported?.text !== text) imported = { text, key: importTicketKey(text) };
    return imported.key;
  };
  return async (request, right) => {
    const ticket = /^Bearer ([A-Za-z0-9_.-]+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (ticket === undefined || ticket.length > TICKET_MAX) throw refusal();
    const opened = await openTicket(await key(), ticket);
    if (opened === undefined) throw refusal();
    if (allowedTicket(opened, { agent, right, now: clock.now() }) === undefined) throw refusal();
    return ticket;
  };
}

function refusal(): HiveError {
  return new HiveError("unauthorized", "a valid ticket for this agent is needed", {
    hint: "open the agent from the dashboard",
  });
}
