/** Settings of notifications. Everything is off until a channel is set up: nothing of the hive leaves it unasked. */
import { z } from "zod";

const AbsolutePath = z.string().regex(/^\/[^\0]*$/, { error: "is not an absolute path" });
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "is not a time such as 22:00" });

/** Set by the operator: any host, the machine itself too. No credentials in it: those have a file. */
const ServiceUrl = z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).username === "", {
  error: "has a user name in it",
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const NotifySettings = z
  .strictObject({
    /** `urgent`: only what stands still or destroys; `all`: everything that waits for a human. */
    level: z.enum(["off", "urgent", "all"]).default("all"),
    /** False: a notification says what kind of thing waits and whose, never its text. */
    details: z.boolean().default(true),
    /** The same thing is not told again within this time, in seconds. */
    dedupe_seconds: z.int().min(0).max(86_400).default(3_600),
    /** Different things in an hour; more are in the log only. Agents decide how often they ask. */
    per_hour: z.int().min(1).max(10_000).default(60),
    /** Held until they end, unless answered meanwhile. */
    quiet_hours: z
      .strictObject({
        from: TimeOfDay,
        to: TimeOfDay,
        time_zone: z.string().refine(isTimeZone, { error: "is not a time zone such as Europe/Berlin" }),
        /** What is urgent comes all the same. */
        let_urgent_through: z.boolean().default(true),
      })
      .optional(),
    push: z
      .strictObject({
        enabled: z.boolean().default(false),
        /** Whom a push service may write to; some refuse a hive that does not say. */
        contact: z
          .string()
          .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, { error: "is neither mailto:… nor https://…" })
          .default("mailto:operator@hive.invalid"),
        /** For tests: push services on this machine, without TLS. */
        allow_loopback: z.boolean().default(false),
      })
      .prefault({}),
    ntfy: z
      .strictObject({
        /** Of the topic, e.g. `https://ntfy.example.org/my-hive`. */
        url: ServiceUrl,
        /** Holds the access token. */
        token_file: AbsolutePath.optional(),
      })
      .optional(),
    webhook: z
      .strictObject({
        url: ServiceUrl,
        /** Holds the secret that signs: `x-hive-signature: t=SECONDS,v1=HMAC-SHA256("SECONDS.BODY")` in hex. */
        secret_file: AbsolutePath,
      })
      .optional(),
  })
  .prefault({});
export type NotifySettings = z.output<typeof NotifySettings>;
