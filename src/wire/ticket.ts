/**
 * Tickets: what hive-c0re signs so that an operator's browser (or hive-c0re itself) may use one agent's own web
 * endpoints. Claims and their check only; signing and opening are `src/lib/ticket.ts`.
 */
import { z } from "zod";

/** `read` history, stream, state and todos; `send` speak as the operator; `control` cancel, model, effort, todos. */
export const TicketRight = z.enum(["read", "send", "control"]);
export type TicketRight = z.output<typeof TicketRight>;

export const TICKET_AUDIENCE = "hive-ag3nt";

export const TicketClaims = z.object({
  /** The one agent it is good for. */
  agent: z.string(),
  aud: z.literal(TICKET_AUDIENCE),
  /** Seconds since 1970. */
  exp: z.int(),
  /** Names this ticket in logs and audit rows. */
  jti: z.string(),
  rights: z.array(TicketRight),
});
export type TicketClaims = z.output<typeof TicketClaims>;

export interface TicketUse {
  readonly agent: string;
  readonly right: TicketRight;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The claims when they allow this use; otherwise undefined. Give it what `openTicket` returned. */
export function allowedTicket(opened: unknown, use: TicketUse): TicketClaims | undefined {
  const claims = TicketClaims.safeParse(opened);
  if (!claims.success) return undefined;
  const { agent, exp, rights } = claims.data;
  const good = agent === use.agent && exp * 1000 > use.now && rights.includes(use.right);
  return good ? claims.data : undefined;
}
