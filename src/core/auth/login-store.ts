/** What logins need stored. Codes and tokens are known here by their hash only. Implemented in `core/db/stores`. */
import type { Tx } from "../db/tx.ts";

export interface SessionRow {
  readonly id: string;
  /** Milliseconds since 1970, as all times here. */
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
  readonly user_agent: string;
}

export interface LoginStore {
  addLink(tx: Tx, link: { hash: string; expires_at: number }): void;
  /** Removes the link; true when it was there and not expired. */
  takeLink(tx: Tx, hash: string, now: number): boolean;
  addSession(tx: Tx, session: SessionRow & { hash: string }): void;
  /** One that has not expired. */
  findSession(hash: string, now: number): SessionRow | undefined;
  /** False when there is none. */
  touchSession(tx: Tx, id: string, times: { last_used_at: number; expires_at: number }): boolean;
  /** False when there was none. */
  removeSession(tx: Tx, id: string): boolean;
  listSessions(now: number): SessionRow[];
  /** Expired links and sessions. */
  sweep(tx: Tx, now: number): void;
}
