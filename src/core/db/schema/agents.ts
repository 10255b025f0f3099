/** Agents as the operator wants them, and the process that was started last for each. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const agents = sqliteTable("agents", {
  name: text("name").primaryKey(),
  /** AgentConfig as JSON. */
  config: text("config").notNull(),
  backend: text("backend").notNull(),
  expected: text("expected", { enum: ["running", "stopped"] }).notNull(),
  paused: integer("paused").notNull(),
  /** The operator's choice, above the configuration's. */
  model: text("model"),
  effort: text("effort"),
  status_text: text("status_text"),
  status_set_at: integer("status_set_at"),
  /** First message that is still to be sent: stored with the agent, so that a crash cannot part them. */
  first_prompt: text("first_prompt"),
  /** Commit whose configuration runs; null until the agent has a repository of its configuration. */
  deployed_sha: text("deployed_sha"),
  /** The approval that deployed it: 64 bits, so as text. */
  deployed_id: text("deployed_id"),
  created_by: text("created_by").notNull(),
  created_at: integer("created_at").notNull(),
});

/** One row while a process may live: `owner` before it is started, the rest once it was. */
export const agentRuns = sqliteTable("agent_runs", {
  agent: text("agent").primaryKey(),
  /** HIVE_OWNER of this start. */
  owner: text("owner").notNull(),
  backend: text("backend").notNull(),
  /** Processes of the backend by name, as JSON: pid, start time, boot. */
  processes: text("processes").notNull(),
  started_at: integer("started_at").notNull(),
  /** AgentConfig it was started with, as JSON. */
  config: text("config").notNull(),
});
