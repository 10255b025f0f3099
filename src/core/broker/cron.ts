/** Cron expressions: five fields, or six with seconds, in a time zone. Parsing and arithmetic are croner's. */
import { Cron } from "croner";
import { HiveError } from "../../wire/errors.ts";

export interface CronTimes {
  /** The first time after `after`, milliseconds; undefined when there is none. */
  next(after: number): number | undefined;
}

const FIELDS = ["minute", "hour", "day of month", "month", "day of week"];

/** Throws `invalid`, naming the field that is wrong. */
export function parseCron(expression: string, timeZone: string): CronTimes {
  assertZone(timeZone);
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new HiveError(
      "invalid",
      `"${expression}" has ${fields.length} fields; a schedule has 5, or 6 with seconds`,
      {
        hint: 'for example "0 9 * * 1-5": nine in the morning, Monday to Friday',
      },
    );
  }
  const cron = tryCron(fields.join(" "), timeZone) ?? refuse(expression, fields);
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
  };
}

function tryCron(expression: string, timezone: string): Cron | undefined {
  try {
    return new Cron(expression, { timezone, paused: true });
  } catch {
    return undefined;
  }
}

function refuse(expression: string, fields: readonly string[]): never {
  const names = fields.length === 6 ? ["second", ...FIELDS] : FIELDS;
  // The first field that is wrong with all others free.
  const at = fields.findIndex((field, place) => {
    const alone = fields.map((_, other) => (other === place ? field : "*")).join(" ");
    return tryCron(alone, "UTC") === undefined;
  });
  const where = at < 0 ? "" : `: field ${at + 1} (${names[at] ?? ""}) is "${fields[at] ?? ""}"`;
  throw new HiveError("invalid", `"${expression}" is not a schedule${where}`, {
    hint: 'for example "0 9 * * 1-5": nine in the morning, Monday to Friday',
  });
}

function assertZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new HiveError("invalid", `"${timeZone}" is not a time zone`, {
      hint: 'for example "Europe/Berlin" or "UTC"',
    });
  }
}
