import { describe, expect, test } from "bun:test";
import { endSentence, parseUnits, type UnitRow, unitPhase } from "./units.ts";

const SHOWN = `Id=container@h-alice.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success
NRestarts=0
MainPID=4711
ExecMainStatus=0
NeedDaemonReload=no
ActiveEnterTimestamp=@1795400942
MemoryCurrent=56623104
CPUUsageNSec=1500000000
TasksCurrent=8

Id=container@h-bob.service
LoadState=loaded
ActiveState=failed
SubState=failed
Result=start-limit-hit
NRestarts=5
MainPID=0
ExecMainStatus=1
NeedDaemonReload=yes
ActiveEnterTimestamp=
MemoryCurrent=[not set]
CPUUsageNSec=18446744073709551615
TasksCurrent=[not set]

Id=systemd-journald.service
ActiveState=active
`;

const row = (changes: Partial<UnitRow>): UnitRow => {
  const [, bob] = parseUnits(SHOWN);
  if (bob === undefined) throw new Error("no row");
  return { ...bob, ...changes };
};

describe("units", () => {
  test("are read from one systemctl show, other services passed over", () => {
    const [alice, bob, more] = parseUnits(SHOWN);
    expect(alice).toEqual({
      container: "h-alice",
      loadState: "loaded",
      activeState: "active",
      subState: "running",
      result: "success",
      restarts: 0,
      mainPid: 4711,
      exitStatus: 0,
      needsReload: false,
      activeSince: 1_795_400_942_000,
      memoryBytes: 56_623_104,
      cpuSeconds: 1.5,
      tasks: 8,
    });
    expect(bob).toMatchObject({ container: "h-bob", restarts: 5, needsReload: true });
    expect(more).toBeUndefined();
  });

  test("show no number where the kernel counts nothing", () => {
    expect(row({})).toMatchObject({
      memoryBytes: undefined,
      cpuSeconds: undefined,
      tasks: undefined,
      mainPid: undefined,
    });
  });

  test("are moving while a container boots, which its status command calls down", () => {
    expect(unitPhase({ activeState: "activating" })).toBe("moving");
    expect(unitPhase({ activeState: "failed" })).toBe("down");
  });

  test("are none in the output of a systemd that knows no container", () => {
    expect(parseUnits("\n")).toEqual([]);
  });

  test.each([
    [{ result: "oom-kill" }, "the kernel ended its container: out of memory"],
    [
      { result: "success", activeState: "inactive" },
      "its container was stopped, from inside or by somebody on the host",
    ],
    [
      { result: "success", activeState: "inactive", exitStatus: 133 },
      "its container was rebooted from inside",
    ],
    [{ result: "exit-code", exitStatus: 1 }, "its container ended with exit code 1"],
    [{ result: "signal", exitStatus: 9 }, "its container was ended by signal 9"],
    [{ result: "timeout" }, "its container did not get ready, or did not stop, in time"],
    [{ result: "start-limit-hit" }, "systemd gave its container up after 5 restarts"],
    [{ activeState: "active" }, "its container was started again outside of the hive"],
    [{ loadState: "not-found" }, "its container is gone"],
    [{ result: "protocol" }, "its container ended: protocol"],
  ] as const)("tell why a container is down: %j", (changes, sentence) => {
    expect(endSentence(row(changes))).toBe(sentence);
  });
});
