// Notifications of the cardboard hive: one browser is told already, and a log of all outcomes.
import { HOSTILE, sceneId } from "./web-scene.ts";

type Fields = Readonly<Record<string, unknown>>;
type Handler = (bed: unknown, input: Fields) => Fields;

/** A real point of the curve, so that a browser takes it. */
export const PUSH_KEY =
  "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

const MINUTE_MS = 60_000;

function log(now: number): Fields[] {
  const ago = (minutes: number): string => new Date(now - minutes * MINUTE_MS).toISOString();
  const row = (n: number, more: Fields): Fields => ({
    ...{
      id: sceneId(700 + n),
      kind: "question",
      subject: `question:${n}`,
      channel: "ntfy",
      body: "",
      attempts: 1,
    },
    ...{ place: "ntfy.example.org", state: "sent", created_at: ago(3 * n + 1), ended_at: ago(3 * n + 1) },
    ...more,
  });
  return [
    row(0, { title: "hm1nd asks for: spawn", state: "queued", reason: "quiet hours", due_at: ago(-300) }),
    row(1, { title: "alice asks you" }),
    row(2, { title: "alice asks you", channel: "push", place: "updates.push.services.mozilla.com" }),
    row(3, { title: "dave was given up", state: "failed", reason: "answered 503, 8 times" }),
    row(4, { title: "carol needs a login", state: "dropped", reason: "it waits no longer" }),
    row(5, { title: `erin-docs ${HOSTILE}` }),
  ];
}

export function notifyHandlers(): Readonly<Record<string, Handler>> {
  const subscribers = new Map<string, Fields>();
  const known = (id: string, more: Fields): Fields => ({
    ...{
      id,
      place: "push.example.org",
      user_agent: "Firefox on a phone",
      created_at: new Date().toISOString(),
    },
    ...more,
  });
  subscribers.set(sceneId(790), known(sceneId(790), { last_sent_at: new Date().toISOString() }));
  return {
    notify: () => ({
      ...{ channels: ["push", "ntfy"], level: "all", push_key: PUSH_KEY },
      quiet_hours: { from: "22:00", to: "07:00", time_zone: "Europe/Berlin" },
      subscribers: [...subscribers.values()],
    }),
    notify_deliveries: () => ({ deliveries: log(Date.now()) }),
    notify_subscribe: (_bed, { endpoint }) => {
      const subscriber = known(sceneId(791), {
        place: new URL(String(endpoint)).hostname,
        user_agent: "this one",
      });
      subscribers.set(sceneId(791), subscriber);
      return { subscriber };
    },
    notify_unsubscribe: (_bed, { id }) => {
      subscribers.delete(String(id));
      return {};
    },
    notify_test: () => ({ deliveries: log(Date.now()).slice(1, 3) }),
  };
}
