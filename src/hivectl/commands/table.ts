/** All commands, by name. Each is loaded when it is called, so that one command costs nothing of the others. */
import type { AnyCommand } from "../command.ts";
// The one people type most is at hand.
import { agentList } from "./agent/list.ts";

export interface Entry {
  /** Empty: the verb stands alone. */
  readonly noun: string;
  readonly verb: string;
  /** A single word that means the same. */
  readonly also?: string;
  /** `hivectl remind alice "…"`: what is called when the word after the noun is no verb. */
  readonly shorthand?: true;
  /** Not for people; left out of help and reference. */
  readonly hidden?: true;
  readonly load: () => Promise<AnyCommand>;
}

/** In the order of help and reference. */
export const NOUNS: Readonly<Record<string, string>> = {
  agent: "The agents: what they do, and what they should do",
  message: "Messages between you and the agents, and among them",
  ask: "Questions that agents ask you",
  remind: "Messages that are sent once, later",
  schedule: "Messages that are sent again and again",
  operation: "Slow work under way, and how it went",
};

export const COMMANDS: readonly Entry[] = [
  {
    noun: "agent",
    verb: "list",
    also: "list",
    load: () => Promise.resolve(agentList),
  },
  { noun: "agent", verb: "status", load: async () => (await import("./agent/status.ts")).agentStatus },
  { noun: "agent", verb: "show", load: async () => (await import("./agent/show.ts")).agentShow },
  { noun: "agent", verb: "spawn", load: async () => (await import("./agent/spawn.ts")).agentSpawn },
  { noun: "agent", verb: "start", load: async () => (await import("./agent/start.ts")).agentStart },
  { noun: "agent", verb: "stop", load: async () => (await import("./agent/stop.ts")).agentStop },
  { noun: "agent", verb: "restart", load: async () => (await import("./agent/restart.ts")).agentRestart },
  { noun: "agent", verb: "pause", load: async () => (await import("./agent/pause.ts")).agentPause },
  { noun: "agent", verb: "resume", load: async () => (await import("./agent/resume.ts")).agentResume },
  {
    noun: "agent",
    verb: "interrupt",
    load: async () => (await import("./agent/interrupt.ts")).agentInterrupt,
  },
  { noun: "agent", verb: "watch", load: async () => (await import("./agent/watch.ts")).agentWatch },
  { noun: "agent", verb: "logs", load: async () => (await import("./agent/logs.ts")).agentLogs },
  { noun: "agent", verb: "model", load: async () => (await import("./agent/model.ts")).agentModel },
  { noun: "agent", verb: "effort", load: async () => (await import("./agent/effort.ts")).agentEffort },
  { noun: "agent", verb: "compact", load: async () => (await import("./agent/compact.ts")).agentCompact },
  {
    noun: "agent",
    verb: "new-session",
    load: async () => (await import("./agent/new-session.ts")).agentNewSession,
  },
  { noun: "agent", verb: "destroy", load: async () => (await import("./agent/destroy.ts")).agentDestroy },
  { noun: "message", verb: "send", load: async () => (await import("./message/send.ts")).messageSend },
  { noun: "message", verb: "list", load: async () => (await import("./message/list.ts")).messageList },
  { noun: "message", verb: "show", load: async () => (await import("./message/show.ts")).messageShow },
  { noun: "message", verb: "search", load: async () => (await import("./message/search.ts")).messageSearch },
  { noun: "message", verb: "ack", load: async () => (await import("./message/ack.ts")).messageAck },
  { noun: "ask", verb: "list", load: async () => (await import("./ask/list.ts")).askList },
  { noun: "ask", verb: "answer", load: async () => (await import("./ask/answer.ts")).askAnswer },
  {
    noun: "remind",
    verb: "add",
    shorthand: true,
    load: async () => (await import("./remind/add.ts")).remindAdd,
  },
  { noun: "remind", verb: "list", load: async () => (await import("./remind/list.ts")).remindList },
  { noun: "remind", verb: "cancel", load: async () => (await import("./remind/cancel.ts")).remindCancel },
  { noun: "schedule", verb: "add", load: async () => (await import("./schedule/add.ts")).scheduleAdd },
  { noun: "schedule", verb: "list", load: async () => (await import("./schedule/list.ts")).scheduleList },
  {
    noun: "schedule",
    verb: "remove",
    load: async () => (await import("./schedule/remove.ts")).scheduleRemove,
  },
  {
    noun: "schedule",
    verb: "enable",
    load: async () => (await import("./schedule/enable.ts")).scheduleEnable,
  },
  {
    noun: "schedule",
    verb: "disable",
    load: async () => (await import("./schedule/disable.ts")).scheduleDisable,
  },
  { noun: "operation", verb: "list", load: async () => (await import("./operation/list.ts")).operationList },
  { noun: "operation", verb: "show", load: async () => (await import("./operation/show.ts")).operationShow },
  {
    noun: "operation",
    verb: "watch",
    load: async () => (await import("./operation/watch.ts")).operationWatch,
  },
  { noun: "", verb: "pending", load: async () => (await import("./hive/pending.ts")).hivePending },
  { noun: "", verb: "approve", load: async () => (await import("./hive/approve.ts")).hiveApprove },
  { noun: "", verb: "deny", load: async () => (await import("./hive/deny.ts")).hiveDeny },
  { noun: "", verb: "watch", load: async () => (await import("./hive/watch.ts")).hiveWatch },
  { noun: "", verb: "usage", load: async () => (await import("./hive/usage.ts")).hiveUsage },
  { noun: "", verb: "urls", load: async () => (await import("./hive/urls.ts")).hiveUrls },
  { noun: "", verb: "login", load: async () => (await import("./hive/login.ts")).hiveLogin },
  { noun: "", verb: "info", load: async () => (await import("./hive/info.ts")).hiveInfo },
  { noun: "", verb: "doctor", load: async () => (await import("./hive/doctor.ts")).hiveDoctor },
  { noun: "", verb: "completion", load: async () => (await import("./hive/completion.ts")).hiveCompletion },
  {
    noun: "",
    verb: "markdown-docs",
    load: async () => (await import("./hive/markdown-docs.ts")).hiveMarkdownDocs,
  },
  {
    noun: "",
    verb: "__complete",
    hidden: true,
    load: async () => (await import("./hive/complete-words.ts")).hiveComplete,
  },
];
