/** What the model is told of a command. */
import { assertNever } from "../../../src/lib/assert-never.ts";
import { formatDuration } from "../../../src/lib/duration.ts";
import type { Command, CommandEnd } from "../bash/command.ts";

export function describeEnd(end: CommandEnd): string {
  switch (end.how) {
    case "exited":
      return `exit code ${end.code}`;
    case "signal":
      return `ended by ${end.signal}`;
    case "timeout":
      return `killed after its timeout of ${formatDuration(end.afterMs)}, with all its children`;
    case "killed":
      return `killed: ${end.reason}`;
    default:
      return assertNever(end);
  }
}

export function describeState(command: Command): string {
  const time = formatDuration(command.durationMs);
  if (command.end === undefined) return `[command ${command.id} runs since ${time}]`;
  const left = command.alive();
  const children =
    left === 0 ? "" : `; ${left} of its processes still run, end them with kill {"id": "${command.id}"}`;
  return `[command ${command.id}: ${describeEnd(command.end)}, ${time}${children}]`;
}
