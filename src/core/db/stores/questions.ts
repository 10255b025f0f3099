/** Rows of questions. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { Question } from "../../../wire/questions.ts";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { questions } from "../schema/questions.ts";
import type { Tx } from "../tx.ts";
import { isoTime } from "./messages.ts";

export type QuestionRow = typeof questions.$inferSelect;
export type QuestionStore = ReturnType<typeof questionStore>;

export function questionStore({ orm, sqlite }: Db) {
  const insert = orm
    .insert(questions)
    .values(placeholders(questions, ["seq"]))
    .prepare();
  const end = sqlite.prepare(
    "update questions set state = ?, answer = ?, answered_by = ?, message_id = ?, answered_at = ? where id = ?",
  );
  const byId = orm
    .select()
    .from(questions)
    .where(eq(questions.id, sql.placeholder("id")))
    .prepare();
  const nextExpiry = sqlite.prepare<{ at: number | null }>(
    "select min(expires_at) as at from questions where state = 'open' and expires_at is not null",
  );
  const open = sqlite.prepare<{ n: number }>(
    "select count(*) as n from questions where state = 'open' and sender = ?",
  );
  return {
    countOpen: (sender: string) => open.get(sender)?.n ?? 0,
    insert: (_tx: Tx, row: Omit<QuestionRow, "seq">): void => void insert.run(row),
    /** Stores how an open question ended. */
    end: (_tx: Tx, row: QuestionRow): void => {
      end.run(row.state, row.answer, row.answered_by, row.message_id, row.answered_at, row.id);
    },
    byId: (id: string) => byId.get({ id }),
    nextExpiry: () => nextExpiry.get()?.at ?? undefined,
    expired: (now: number) =>
      orm
        .select()
        .from(questions)
        .where(sql`state = 'open' and expires_at is not null and expires_at <= ${now}`)
        .orderBy(questions.seq)
        .limit(200)
        .all(),
    /** Newest first. */
    list: (filter: { state?: QuestionRow["state"] | undefined; to?: string | undefined; limit: number }) =>
      orm
        .select()
        .from(questions)
        .where(
          and(
            filter.state === undefined ? undefined : eq(questions.state, filter.state),
            filter.to === undefined ? undefined : eq(questions.recipient, filter.to),
          ),
        )
        .orderBy(desc(questions.seq))
        .limit(filter.limit)
        .all(),
  };
}

export function toQuestion(row: Omit<QuestionRow, "seq">): Question {
  return {
    id: row.id,
    from: row.sender,
    to: row.recipient,
    question: row.question,
    choices: JSON.parse(row.choices) as string[],
    state: row.state,
    answer: row.answer ?? undefined,
    answered_by: row.answered_by ?? undefined,
    asked_at: isoTime(row.asked_at),
    answered_at: row.answered_at === null ? undefined : isoTime(row.answered_at),
    expires_at: row.expires_at === null ? undefined : isoTime(row.expires_at),
  };
}
