/**
 * One ordered timeline for everybody who watches the hive. The first frame of a fresh stream is the snapshot,
 * then come the events after it; a resumed stream continues after the seq it names, or says `gap` first.
 */
import { z } from "zod";
import { AgentRow } from "./agents.ts";
import { Approval } from "./approvals.ts";
import { endpoint } from "./endpoint.ts";
import { Timestamp } from "./ids.ts";
import { Message } from "./messages.ts";
import { Operation } from "./operations.ts";
import { Question } from "./questions.ts";
import { Reminder, Schedule } from "./schedules.ts";
import { UsageRow } from "./usage.ts";

export const HiveEventData = z.discriminatedUnion("type", [
  z.object({ type: z.literal("agent"), agent: AgentRow }),
  z.object({ type: z.literal("agent_removed"), name: z.string() }),
  /** Created or changed state. A body over 4 KiB is cut here; ask for the message to read it whole. */
  z.object({ type: z.literal("message"), message: Message }),
  z.object({ type: z.literal("question"), question: Question }),
  z.object({ type: z.literal("reminder"), reminder: Reminder }),
  z.object({ type: z.literal("schedule"), schedule: Schedule }),
  z.object({ type: z.literal("schedule_removed"), id: z.string() }),
  z.object({ type: z.literal("approval"), approval: Approval }),
  z.object({ type: z.literal("operation"), operation: Operation }),
  z.object({ type: z.literal("turn"), usage: UsageRow }),
  z.object({
    type: z.literal("notice"),
    level: z.enum(["info", "warn", "error"]),
    agent: z.string().optional(),
    text: z.string(),
  }),
]);
export type HiveEventData = z.output<typeof HiveEventData>;

export const HiveEvent = z.object({ seq: z.int(), at: Timestamp, data: HiveEventData });
export type HiveEvent = z.output<typeof HiveEvent>;

export const HiveInfo = z.object({
  /** Host name, for the title. */
  hive: z.string(),
  version: z.string(),
  revision: z.string(),
  started_at: Timestamp,
  backend: z.string(),
  /** False: agents are not isolated from the host, and every page says so. */
  isolated: z.boolean(),
  demo: z.boolean(),
  /** What an agent can be asked to run in, best first; not each works on every machine. */
  backends: z.array(
    z.object({
      name: z.string(),
      isolated: z.boolean(),
      /** It installs the packages that a configuration names. */
      packages: z.boolean(),
    }),
  ),
});
export type HiveInfo = z.output<typeof HiveInfo>;

export const Snapshot = z.object({
  /** The last event contained in it. */
  seq: z.int(),
  at: Timestamp,
  info: HiveInfo,
  agents: z.array(AgentRow),
  /** The newest 200, oldest first; bodies over 4 KiB are cut as in events. */
  messages: z.array(Message),
  /** Open ones and the newest answered ones. */
  questions: z.array(Question),
  approvals: z.array(Approval),
  operations: z.array(Operation),
  reminders: z.array(Reminder),
  schedules: z.array(Schedule),
});
export type Snapshot = z.output<typeof Snapshot>;

export const StreamFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), snapshot: Snapshot }),
  z.object({ type: z.literal("event"), event: HiveEvent }),
  /** Events up to `seq` are no longer stored; a snapshot follows. */
  z.object({ type: z.literal("gap"), after: z.int(), seq: z.int() }),
]);
export type StreamFrame = z.output<typeof StreamFrame>;

export const eventEndpoints = {
  snapshot: endpoint({
    cmd: "snapshot",
    http: ["GET", "/api/v1/snapshot"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ snapshot: Snapshot }),
    summary: "Everything the dashboard shows, at one point of the timeline.",
  }),
  events: endpoint({
    cmd: "events",
    http: ["GET", "/api/v1/events"],
    access: "operator",
    input: z.strictObject({
      /** Continue after this seq; absent: a snapshot first. SSE clients send Last-Event-ID instead. */
      after: z.coerce.number().int().min(0).optional(),
    }),
    output: StreamFrame,
    stream: true,
    summary: "The timeline as it grows.",
  }),
} as const;
