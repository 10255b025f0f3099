/** Reminders (once) and schedules (cron): rows that end in ordinary messages. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName, Timestamp, Ulid } from "./ids.ts";

export const Reminder = z.object({
  id: Ulid,
  agent: z.string(),
  body: z.string(),
  due_at: Timestamp,
  created_by: z.string(),
  created_at: Timestamp,
  state: z.enum(["pending", "fired", "cancelled"]),
  message_id: z.string().optional(),
});
export type Reminder = z.output<typeof Reminder>;

/** Exactly one of the two. */
export const whenFields = {
  /** RFC 3339 in UTC. */
  at: Timestamp.optional(),
  in_seconds: z
    .int()
    .min(1)
    .max(10 * 366 * 86_400)
    .optional(),
};

/** What happens to runs that were due while the hive was down. */
export const CatchUp = z.enum(["none", "once", "all"]);

export const Schedule = z.object({
  id: Ulid,
  agent: z.string(),
  /** Five fields, or six with seconds. */
  cron: z.string(),
  /** IANA name, e.g. `Europe/Berlin`. */
  time_zone: z.string(),
  body: z.string(),
  catch_up: CatchUp,
  enabled: z.boolean(),
  created_by: z.string(),
  created_at: Timestamp,
  last_run_at: Timestamp.optional(),
  next_run_at: Timestamp.optional(),
});
export type Schedule = z.output<typeof Schedule>;

export const scheduleFields = {
  cron: z.string().min(1).max(120),
  time_zone: z.string().min(1).max(64).default("UTC"),
  body: z
    .string()
    .min(1)
    .max(64 * 1024),
  catch_up: CatchUp.default("once"),
};

export const scheduleEndpoints = {
  remind: endpoint({
    cmd: "remind",
    http: ["POST", "/api/v1/reminders"],
    access: "operator",
    input: z
      .strictObject({
        agent: AgentName,
        body: z
          .string()
          .min(1)
          .max(64 * 1024),
        ...whenFields,
      })
      .refine((r) => (r.at === undefined) !== (r.in_seconds === undefined), {
        error: 'say either "at" or "in_seconds"',
      }),
    output: z.object({ reminder: Reminder }),
    summary: "Send a message to an agent later.",
  }),
  reminders: endpoint({
    cmd: "reminders",
    http: ["GET", "/api/v1/reminders"],
    access: "operator",
    input: z.strictObject({ agent: AgentName.optional() }),
    output: z.object({ reminders: z.array(Reminder) }),
    summary: "Reminders that have not fired, soonest first.",
  }),
  cancelReminder: endpoint({
    cmd: "cancel_reminder",
    http: ["POST", "/api/v1/reminders/:id/cancel"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({}),
    summary: "Take a reminder back.",
  }),
  scheduleAdd: endpoint({
    cmd: "schedule_add",
    http: ["POST", "/api/v1/schedules"],
    access: "operator",
    input: z.strictObject({ agent: AgentName, ...scheduleFields }),
    output: z.object({ schedule: Schedule }),
    summary: "Send a message to an agent at each time of a cron expression.",
  }),
  schedules: endpoint({
    cmd: "schedules",
    http: ["GET", "/api/v1/schedules"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ schedules: z.array(Schedule) }),
    summary: "All schedules.",
  }),
  scheduleRemove: endpoint({
    cmd: "schedule_remove",
    http: ["POST", "/api/v1/schedules/:id/remove"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({}),
    summary: "Remove a schedule.",
  }),
  scheduleEnable: endpoint({
    cmd: "schedule_enable",
    http: ["POST", "/api/v1/schedules/:id/enable"],
    access: "operator",
    input: z.strictObject({ id: Ulid, enabled: z.boolean() }),
    output: z.object({ schedule: Schedule }),
    summary: "Switch a schedule on or off.",
  }),
} as const;
