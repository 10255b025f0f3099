/**
 * What systemd says of the containers, pure: one `systemctl show 'container@h-*'` → rows, and a row → a sentence of
 * why it ended. Whether an end was asked for is the keeper's to know.
 */

export interface UnitRow {
  /** The container: `h-alice`. */
  readonly container: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  /** By systemd itself, not by us. */
  readonly restarts: number;
  readonly mainPid: number | undefined;
  readonly exitStatus: number;
  readonly needsReload: boolean;
  /** Milliseconds since 1970. */
  readonly activeSince: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly tasks: number | undefined;
}

export const UNIT_PROPERTIES = [
  "Id",
  "LoadState",
  "ActiveState",
  "SubState",
  "Result",
  "NRestarts",
  "MainPID",
  "ExecMainStatus",
  "NeedDaemonReload",
  "ActiveEnterTimestamp",
  "MemoryCurrent",
  "CPUUsageNSec",
  "TasksCurrent",
] as const;

export function unitName(container: string): string {
  return `container@${container}.service`;
}

/** Blocks of `Key=value`, parted by blank lines; units that are not containers are passed over. */
export function parseUnits(text: string): readonly UnitRow[] {
  return text
    .split(/\n{2,}/)
    .map((block) => new Map(block.split("\n").map(split)))
    .map(toRow)
    .filter((row) => row !== undefined);
}

function split(line: string): [string, string] {
  const at = line.indexOf("=");
  return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

function toRow(block: ReadonlyMap<string, string>): UnitRow | undefined {
  const container = /^container@(.+)\.service$/.exec(block.get("Id") ?? "")?.[1];
  if (container === undefined) return undefined;
  const text = (key: (typeof UNIT_PROPERTIES)[number]): string => block.get(key) ?? "";
  const nanoseconds = count(text("CPUUsageNSec"));
  return {
    container,
    loadState: text("LoadState"),
    activeState: text("ActiveState"),
    subState: text("SubState"),
    result: text("Result"),
    restarts: count(text("NRestarts")) ?? 0,
    mainPid: count(text("MainPID")) || undefined,
    exitStatus: count(text("ExecMainStatus")) ?? 0,
    needsReload: text("NeedDaemonReload") === "yes",
    activeSince: timestamp(text("ActiveEnterTimestamp")),
    memoryBytes: count(text("MemoryCurrent")),
    cpuSeconds: nanoseconds === undefined ? undefined : nanoseconds / 1e9,
    tasks: count(text("TasksCurrent")),
  };
}

/** "[not set]", "infinity" and the largest 64-bit number all say that nothing is counted. */
function count(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** As `--timestamp=unix` prints it: `@1795400942`. */
function timestamp(text: string): number | undefined {
  const seconds = count(text.replace(/^@/, ""));
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1_000;
}

export type UnitPhase = "up" | "moving" | "down";

/** `nixos-container status` would say "down" of a container that is booting, too. */
export function unitPhase({ activeState }: Pick<UnitRow, "activeState">): UnitPhase {
  if (activeState === "active" || activeState === "reloading") return "up";
  if (activeState === "activating" || activeState === "deactivating") return "moving";
  return "down";
}

/** Of container-init: the container asked to be booted again. */
const REBOOT_STATUS = 133;

/** Why a container is down that nobody here stopped. */
export function endSentence(row: UnitRow | undefined): string {
  if (row === undefined || row.loadState === "not-found") return "its container is gone";
  const { result, exitStatus } = row;
  if (unitPhase(row) !== "down") return "its container was started again outside of the hive";
  switch (result) {
    case "oom-kill":
      return "the kernel ended its container: out of memory";
    case "success":
      if (exitStatus === REBOOT_STATUS) return "its container was rebooted from inside";
      return "its container was stopped, from inside or by somebody on the host";
    case "exit-code":
      return `its container ended with exit code ${exitStatus}`;
    case "signal":
    case "core-dump":
      return `its container was ended by signal ${exitStatus}`;
    case "timeout":
      return "its container did not get ready, or did not stop, in time";
    case "start-limit-hit":
      return `systemd gave its container up after ${row.restarts} restarts`;
    default:
      return `its container ended: ${result === "" ? "no reason given" : result}`;
  }
}
