/**
 * One logger for every program: JSON lines, human-readable lines, or JSON with journald priorities.
 * It writes nothing that looks like a secret: known keys and known token shapes are replaced.
 */
import process from "node:process";
import { type Clock, systemClock } from "../lib/clock.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = "json" | "human" | "journal";
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same logger with fields that every line carries. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly name: string;
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  readonly write?: (line: string) => void;
  readonly clock?: Pick<Clock, "now">;
  readonly fields?: LogFields;
}

/** journald: what `<N>` before a line means (sd-daemon(3)). */
const PRIORITY = { debug: 7, info: 6, warn: 4, error: 3 } as const satisfies Record<LogLevel, number>;

const SECRET_KEY = /^(.*[_-])?(token|authorization|password|passwd|secret|api[_-]?key|cookie|credentials?)$/i;
const SECRET_VALUE = /\b(sk-ant-[A-Za-z0-9_-]{4,}|Bearer\s+[A-Za-z0-9._~+/=-]{8,})/g;
const HIDDEN = "[redacted]";
const DEEPEST = 6;

/** Secrets out of free text: `sk-ant-…` and `Bearer …`. */
export function redactText(text: string): string {
  return text.replace(SECRET_VALUE, HIDDEN);
}

function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return "…";
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  const out: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    out[key] = SECRET_KEY.test(key) && entry !== undefined ? HIDDEN : redact(entry, depth + 1);
  }
  return out;
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    message: redactText(error.message),
    ...("code" in error ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth >= DEEPEST ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

function humanValue(value: unknown): string {
  if (typeof value === "string") return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === "object" && value !== null && "stack" in value && "message" in value) {
    return `${JSON.stringify(value.message)}\n${String(value.stack)}`;
  }
  return JSON.stringify(value) ?? "undefined";
}

interface Line {
  readonly time: number;
  readonly level: LogLevel;
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function render(format: LogFormat, line: Line): string {
  const time = new Date(line.time).toISOString();
  if (format === "human") {
    const fields = Object.entries(line.fields).map(([key, value]) => ` ${key}=${humanValue(value)}`);
    // A message may come from an agent; on a terminal its control characters would be commands.
    return tame(
      `${time.slice(11, 23)} ${line.level.padEnd(5)} ${line.name}: ${line.message}${fields.join("")}`,
    );
  }
  const { time: _t, level: _l, name: _n, msg: _m, ...fields } = line.fields;
  const json = JSON.stringify({ time, level: line.level, name: line.name, msg: line.message, ...fields });
  return format === "journal" ? `<${PRIORITY[line.level]}>${json}` : json;
}

function tame(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** Human on a terminal (shells of a desktop session carry systemd's variables too), journal under systemd, else JSON. */
export function defaultLogFormat(
  env: Readonly<Record<string, string | undefined>>,
  terminal: boolean,
): LogFormat {
  if (terminal) return "human";
  return env["JOURNAL_STREAM"] !== undefined || env["INVOCATION_ID"] !== undefined ? "journal" : "json";
}

export function createLogger(options: LoggerOptions): Logger {
  const { name, level = "info", fields: base = {}, clock = systemClock } = options;
  const format = options.format ?? defaultLogFormat(process.env, process.stderr.isTTY === true);
  const write = options.write ?? ((line) => void process.stderr.write(line));
  const lowest = LOG_LEVELS.indexOf(level);
  const emit = (at: LogLevel, fields: LogFields, message: string): void => {
    if (LOG_LEVELS.indexOf(at) < lowest) return;
    const clean = redact({ ...base, ...fields }) as Record<string, unknown>;
    write(
      `${render(format, { time: clock.now(), level: at, name, message: redactText(message), fields: clean })}\n`,
    );
  };
  return {
    debug: (fields, message) => emit("debug", fields, message),
    info: (fields, message) => emit("info", fields, message),
    warn: (fields, message) => emit("warn", fields, message),
    error: (fields, message) => emit("error", fields, message),
    child: (fields) => createLogger({ ...options, format, write, fields: { ...base, ...fields } }),
  };
}

/** Says nothing; for tests and for code that may run without a logger. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
