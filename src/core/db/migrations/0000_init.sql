-- Generated from src/core/db/schema by scripts/gen/migrations; do not edit.
CREATE TABLE `agent_runs` (
  `agent` text PRIMARY KEY NOT NULL,
  `owner` text NOT NULL,
  `backend` text NOT NULL,
  `processes` text NOT NULL,
  `started_at` integer NOT NULL,
  `config` text NOT NULL
);

CREATE TABLE `agents` (
  `name` text PRIMARY KEY NOT NULL,
  `config` text NOT NULL,
  `backend` text NOT NULL,
  `expected` text NOT NULL,
  `paused` integer NOT NULL,
  `model` text,
  `effort` text,
  `status_text` text,
  `status_set_at` integer,
  `first_prompt` text,
  `deployed_sha` text,
  `deployed_id` text,
  `created_by` text NOT NULL,
  `created_at` integer NOT NULL
);

CREATE TABLE `approvals` (
  `id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `agent` text NOT NULL,
  `kind` text NOT NULL,
  `commit_ref` text NOT NULL,
  `fetched_sha` text,
  `description` text NOT NULL,
  `payload` text NOT NULL,
  `requested_at` integer NOT NULL,
  `status` text NOT NULL,
  `resolved_at` integer,
  `resolved_by` text,
  `note` text,
  `operation_id` text,
  `settled` integer NOT NULL
);

CREATE INDEX `approvals_open` ON `approvals` (`id`) WHERE status = 'pending' or settled = 0;

CREATE TABLE `audit` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `at` integer NOT NULL,
  `actor_kind` text NOT NULL,
  `actor` text NOT NULL,
  `via` text,
  `action` text NOT NULL,
  `target` text,
  `detail` text NOT NULL,
  `previous` text NOT NULL,
  `hash` text NOT NULL
);

CREATE TABLE `deliveries` (
  `id` text PRIMARY KEY NOT NULL,
  `kind` text NOT NULL,
  `subject` text NOT NULL,
  `channel` text NOT NULL,
  `subscriber` text NOT NULL,
  `place` text NOT NULL,
  `title` text NOT NULL,
  `body` text NOT NULL,
  `path` text NOT NULL,
  `urgent` integer NOT NULL,
  `state` text NOT NULL,
  `attempts` integer NOT NULL,
  `reason` text,
  `created_at` integer NOT NULL,
  `due_at` integer NOT NULL,
  `ended_at` integer
);

CREATE INDEX `deliveries_queued` ON `deliveries` (`due_at`) WHERE state = 'queued';

CREATE INDEX `deliveries_subject` ON `deliveries` (`subject`,`created_at`);

CREATE TABLE `events` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `at` integer NOT NULL,
  `data` text NOT NULL
);

CREATE TABLE `effects` (
  `agent` text NOT NULL,
  `key` text NOT NULL,
  `lease_id` text,
  `tool` text NOT NULL,
  `summary` text NOT NULL,
  `result` text NOT NULL,
  `at` integer NOT NULL,
  PRIMARY KEY(`agent`, `key`)
);

CREATE INDEX `effects_by_lease` ON `effects` (`lease_id`);

CREATE INDEX `effects_by_time` ON `effects` (`at`);

CREATE TABLE `leases` (
  `id` text PRIMARY KEY NOT NULL,
  `agent` text NOT NULL,
  `state` text NOT NULL,
  `attempt` integer NOT NULL,
  `errors` integer DEFAULT 0 NOT NULL,
  `boot_id` text NOT NULL,
  `reason` text,
  `outcome` text,
  `not_before` integer,
  `opened_at` integer NOT NULL,
  `ended_at` integer
);

CREATE UNIQUE INDEX `leases_live` ON `leases` (`agent`) WHERE state in ('open', 'returned');

CREATE TABLE `login_links` (
  `hash` text PRIMARY KEY NOT NULL,
  `expires_at` integer NOT NULL
);

CREATE TABLE `messages` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `id` text NOT NULL,
  `sender` text NOT NULL,
  `recipient` text NOT NULL,
  `body` text NOT NULL,
  `in_reply_to` text,
  `question_id` text,
  `origin` text,
  `priority` text NOT NULL,
  `state` text NOT NULL,
  `reason` text,
  `redelivered` integer DEFAULT 0 NOT NULL,
  `lease_id` text,
  `lease_pos` integer,
  `joined` integer DEFAULT 0 NOT NULL,
  `created_at` integer NOT NULL,
  `deliver_after` integer,
  `delivered_at` integer,
  `read_at` integer,
  `handled_at` integer
);

CREATE UNIQUE INDEX `messages_id_unique` ON `messages` (`id`);

CREATE INDEX `messages_waiting` ON `messages` (`recipient`,`seq`,`sender`,`lease_id`) WHERE state = 'queued';

CREATE INDEX `messages_leased` ON `messages` (`lease_id`,`lease_pos`) WHERE lease_id is not null;

CREATE INDEX `messages_due` ON `messages` (`deliver_after`) WHERE deliver_after is not null and state = 'queued';

CREATE INDEX `messages_for_operator` ON `messages` (`sender`) WHERE recipient = 'operator' and state <> 'handled';

CREATE TABLE `send_keys` (
  `sender` text NOT NULL,
  `key` text NOT NULL,
  `ids` text NOT NULL,
  `created_at` integer NOT NULL,
  PRIMARY KEY(`sender`, `key`)
);

CREATE TABLE `operations` (
  `id` text PRIMARY KEY NOT NULL,
  `kind` text NOT NULL,
  `agent` text,
  `state` text NOT NULL,
  `progress` real,
  `step` text NOT NULL,
  `error` text,
  `hint` text,
  `started_at` integer NOT NULL,
  `ended_at` integer,
  `log` text NOT NULL
);

CREATE INDEX `operations_running` ON `operations` (`id`) WHERE state = 'running';

CREATE TABLE `push_subscribers` (
  `id` text PRIMARY KEY NOT NULL,
  `endpoint` text NOT NULL,
  `p256dh` text NOT NULL,
  `auth` text NOT NULL,
  `user_agent` text NOT NULL,
  `created_at` integer NOT NULL,
  `last_sent_at` integer
);

CREATE UNIQUE INDEX `push_subscribers_endpoint_unique` ON `push_subscribers` (`endpoint`);

CREATE TABLE `questions` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `id` text NOT NULL,
  `sender` text NOT NULL,
  `recipient` text NOT NULL,
  `question` text NOT NULL,
  `choices` text NOT NULL,
  `state` text NOT NULL,
  `answer` text,
  `answered_by` text,
  `message_id` text,
  `asked_at` integer NOT NULL,
  `answered_at` integer,
  `expires_at` integer
);

CREATE UNIQUE INDEX `questions_id_unique` ON `questions` (`id`);

CREATE INDEX `questions_by_state` ON `questions` (`state`,`seq`);

CREATE INDEX `questions_expiring` ON `questions` (`expires_at`) WHERE state = 'open' and expires_at is not null;

CREATE TABLE `reminders` (
  `id` text PRIMARY KEY NOT NULL,
  `agent` text NOT NULL,
  `body` text NOT NULL,
  `due_at` integer NOT NULL,
  `created_by` text NOT NULL,
  `created_at` integer NOT NULL,
  `state` text NOT NULL,
  `message_id` text
);

CREATE INDEX `reminders_due` ON `reminders` (`due_at`) WHERE state = 'pending';

CREATE INDEX `reminders_by_agent` ON `reminders` (`agent`) WHERE state = 'pending';

CREATE TABLE `schedules` (
  `id` text PRIMARY KEY NOT NULL,
  `agent` text NOT NULL,
  `cron` text NOT NULL,
  `time_zone` text NOT NULL,
  `body` text NOT NULL,
  `catch_up` text NOT NULL,
  `enabled` integer NOT NULL,
  `created_by` text NOT NULL,
  `created_at` integer NOT NULL,
  `last_run_at` integer,
  `next_run_at` integer
);

CREATE INDEX `schedules_due` ON `schedules` (`next_run_at`) WHERE enabled = 1 and next_run_at is not null;

CREATE TABLE `sessions` (
  `id` text PRIMARY KEY NOT NULL,
  `hash` text NOT NULL,
  `created_at` integer NOT NULL,
  `last_used_at` integer NOT NULL,
  `expires_at` integer NOT NULL,
  `user_agent` text NOT NULL
);

CREATE UNIQUE INDEX `sessions_hash_unique` ON `sessions` (`hash`);

CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);

CREATE TABLE `digests` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `agent` text NOT NULL,
  `lease_id` text NOT NULL,
  `body` text NOT NULL,
  `at` integer NOT NULL
);

CREATE INDEX `digests_by_agent` ON `digests` (`agent`,`seq`);

CREATE TABLE `turns` (
  `seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  `agent` text NOT NULL,
  `lease_id` text NOT NULL,
  `model` text,
  `input_tokens` integer NOT NULL,
  `output_tokens` integer NOT NULL,
  `cache_read_tokens` integer NOT NULL,
  `cache_write_tokens` integer NOT NULL,
  `cost_usd` real NOT NULL,
  `duration_ms` integer NOT NULL,
  `num_turns` integer NOT NULL,
  `context_tokens` integer,
  `ended_at` integer NOT NULL,
  `outcome` text NOT NULL
);

CREATE INDEX `turns_by_agent` ON `turns` (`agent`,`ended_at`);

CREATE INDEX `turns_by_time` ON `turns` (`ended_at`);
