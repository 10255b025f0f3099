/** The hive itself: where it is reached, who is logged in, and whether it is well. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { HiveInfo } from "./events.ts";
import { Timestamp, Ulid } from "./ids.ts";

export const Session = z.object({
  id: Ulid,
  created_at: Timestamp,
  last_used_at: Timestamp,
  expires_at: Timestamp,
  user_agent: z.string(),
});
export type Session = z.output<typeof Session>;

export const Finding = z.object({
  /** Stable name of the check, e.g. `database-integrity`. */
  check: z.string(),
  level: z.enum(["ok", "warn", "error"]),
  text: z.string(),
  /** The next command or step. */
  remedy: z.string().optional(),
});
export type Finding = z.output<typeof Finding>;

export const systemEndpoints = {
  info: endpoint({
    cmd: "info",
    http: ["GET", "/api/v1/info"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ info: HiveInfo }),
    summary: "Version, start time and backend.",
  }),
  urls: endpoint({
    cmd: "urls",
    http: ["GET", "/api/v1/urls"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({
      urls: z.object({
        /** A bare name. */
        domain: z.string().optional(),
        /** Root of the dashboard; absent when no browser can reach it. */
        home: z.string().optional(),
        forge: z.string().optional(),
        matrix: z.string().optional(),
      }),
    }),
    summary: "Where a browser finds things.",
  }),
  loginLink: endpoint({
    cmd: "login_link",
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ url: z.string(), expires_at: Timestamp }),
    summary: "A link that logs one browser in, once, within five minutes. Host socket only.",
  }),
  login: endpoint({
    cmd: "login",
    http: ["POST", "/api/v1/login"],
    access: "public",
    input: z.strictObject({ code: z.string().min(1).max(200) }),
    output: z.object({ token: z.string(), expires_at: Timestamp }),
    summary: "Exchange a link's code for a token; the token goes into the Authorization header.",
  }),
  sessions: endpoint({
    cmd: "sessions",
    http: ["GET", "/api/v1/sessions"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ sessions: z.array(Session) }),
    summary: "Logged-in browsers.",
  }),
  revokeSession: endpoint({
    cmd: "revoke_session",
    http: ["POST", "/api/v1/sessions/:id/revoke"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({}),
    summary: "Log one browser out.",
  }),
  agentTicket: endpoint({
    cmd: "agent_ticket",
    http: ["POST", "/api/v1/agents/:name/ticket"],
    access: "operator",
    input: z.strictObject({ name: z.string().max(40) }),
    output: z.object({ ticket: z.string(), expires_at: Timestamp, url: z.string() }),
    summary: "A short-lived ticket for the agent's own page.",
  }),
  doctor: endpoint({
    cmd: "doctor",
    http: ["GET", "/api/v1/doctor"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ findings: z.array(Finding) }),
    summary: "Checks of the running hive, each with a remedy.",
  }),
} as const;
