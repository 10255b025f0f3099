/**
 * Signing tickets (Ed25519). The private key is made once and stays in `keys/ticket.pem`, readable by the daemon
 * alone; harnesses get the public half, so no agent can mint a right. Opening a ticket is `src/lib/ticket.ts`.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { importTicketKey, openTicket, toBase64Url } from "../../lib/ticket.ts";
import { allowedTicket, TICKET_AUDIENCE, type TicketClaims, type TicketRight } from "../../wire/ticket.ts";
import { storedKey } from "./stored-key.ts";

const TICKET_SECONDS = 600;

export interface Tickets {
  /** SPKI in base64. */
  readonly publicKey: string;
  issue(agent: string, rights: readonly TicketRight[]): { ticket: string; expires_at: string };
  /** The claims of a ticket of ours that allows this now; otherwise undefined. */
  check(ticket: string, agent: string, right: TicketRight): Promise<TicketClaims | undefined>;
}

export interface TicketsOptions {
  readonly privateKey: KeyObject;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
}

/** The key in `stateDir/keys`, made at the first call. */
export function ticketKey(stateDir: string): KeyObject {
  return storedKey({
    stateDir,
    name: "ticket.pem",
    generate: () => generateKeyPairSync("ed25519").privateKey,
  });
}

export function createTickets({ privateKey, clock, newId }: TicketsOptions): Tickets {
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" }).toString("base64");
  const imported = importTicketKey(publicKey);
  return {
    publicKey,
    issue: (agent, rights) => {
      const exp = Math.floor(clock.now() / 1000) + TICKET_SECONDS;
      const claims: TicketClaims = { agent, aud: TICKET_AUDIENCE, exp, jti: newId(), rights: [...rights] };
      const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)));
      const seal = toBase64Url(sign(null, Buffer.from(payload), privateKey));
      return { ticket: `${payload}.${seal}`, expires_at: new Date(exp * 1000).toISOString() };
    },
    check: async (ticket, agent, right) =>
      allowedTicket(await openTicket(await imported, ticket), { agent, right, now: clock.now() }),
  };
}
