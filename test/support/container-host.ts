// What a host of containers looks like to the backend, without systemd: `systemctl` and its kin as shell scripts that
// keep their units in files. A start expands EXTRA_NSPAWN_FLAGS unquoted and fails for a bind without a source.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerDirs } from "../../src/core/lifecycle/backends/nixos-container/container-files.ts";
import type { HostPrograms } from "../../src/core/lifecycle/backends/nixos-container/systemd.ts";

export interface ContainerHost extends Disposable {
  readonly dirs: ContainerDirs;
  readonly programs: HostPrograms;
  /** What was asked of systemctl, without the questions. */
  calls(): string[];
  pid(container: string): number;
  /** systemd cannot be reached from now on, or can again. */
  silent(on: boolean): void;
  /** What systemd will say of a container that is down. */
  result(container: string, result: string, status?: number): void;
}

const SYSTEMCTL = `#!/bin/bash
D=@DIR@
[ ! -e $D/silent ] || { echo "Failed to connect to bus: No such file or directory" >&2; exit 1; }
command=$1; shift
value=no; for word; do [ "$word" != --value ] || value=yes; unit=$word; done
name=\${unit#container@}; name=\${name%.service}
[ "$command" = show ] || echo "$command\${name:+ $name}" >> $D/calls
state() {
  if [ -e "$D/units/$1/pid" ] && grep -q '^State:.[RSD]' "/proc/$(cat "$D/units/$1/pid")/status" 2>/dev/null; then echo active
  elif [ "$(result "$1")" = success ]; then echo inactive; else echo failed; fi
}
result() { cat "$D/units/$1/result" 2>/dev/null || echo success; }
row() {
  active=$(state "$1")
  echo "Id=container@$1.service"; echo LoadState=loaded; echo "ActiveState=$active"
  echo "Result=$(result "$1")"; echo NRestarts=0
  echo "MainPID=$([ "$active" = active ] && cat "$D/units/$1/pid" || echo 0)"
  echo "ExecMainStatus=$(cat "$D/units/$1/status" 2>/dev/null || echo 0)"
  echo NeedDaemonReload=no; echo "MemoryCurrent=[not set]"; echo
}
end() { [ ! -e "$D/units/$1/pid" ] || kill -9 "$(cat "$D/units/$1/pid")" 2>/dev/null; }
case $command in
  show) if [ $value = yes ]; then state "$name"; else row "$name"; fi ;;
  cat) [ -e $D/template ] ;;
  reset-failed) rm -f "$D/units/$name/result" ;;
  stop | kill) end "$name"; rm -f "$D/units/$name/result" ;;
  start)
    mkdir -p "$D/units/$name"
    [ "$(result "$name")" = success ] || { echo "Job failed: start-limit-hit" >&2; exit 1; }
    [ "$(state "$name")" != active ] || exit 0
    . "$D/conf/$name.conf"
    for flag in $EXTRA_NSPAWN_FLAGS; do
      source=\${flag#*=}; source=\${source%%:*}
      [ -d "$source" ] || { echo exit-code > "$D/units/$name/result"; echo 1 > "$D/units/$name/status"; echo "Job failed" >&2; exit 1; }
    done
    setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $! > "$D/units/$name/pid" ;;
esac
`;

export function containerHost(): ContainerHost {
  const dir = mkdtempSync(join(tmpdir(), "hive-containers-"));
  for (const name of ["conf", "units", "bin"]) mkdirSync(join(dir, name));
  writeFileSync(join(dir, "template"), "");
  const program = (name: string, text: string): string => {
    const path = join(dir, "bin", name);
    writeFileSync(path, text.replaceAll("@DIR@", dir));
    chmodSync(path, 0o755);
    return path;
  };
  const pids = new Set<number>();
  const pid = (container: string): number => {
    const found = Number(readFileSync(join(dir, "units", container, "pid"), "utf8"));
    pids.add(found);
    return found;
  };
  return {
    dirs: {
      conf_dir: join(dir, "conf"),
      root_dir: join(dir, "roots"),
      profile_dir: join(dir, "profiles"),
      gcroot_dir: join(dir, "gcroots"),
      unit_dir: join(dir, "run-units"),
    },
    programs: {
      systemctl: program("systemctl", SYSTEMCTL),
      journalctl: program("journalctl", '#!/bin/sh\necho "asked: $*"\n'),
      systemd_run: program("systemd-run", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"),
      setpriv: "setpriv",
      nix: program("nix", "#!/bin/sh\nexit 1\n"),
      umount: program("umount", "#!/bin/sh\nexit 0\n"),
      chattr: program("chattr", "#!/bin/sh\nexit 0\n"),
    },
    calls: () =>
      existsSync(join(dir, "calls")) ? readFileSync(join(dir, "calls"), "utf8").trim().split("\n") : [],
    pid,
    silent: (on) => {
      if (on) writeFileSync(join(dir, "silent"), "");
      else rmSync(join(dir, "silent"), { force: true });
    },
    result: (container, result, status = 0) => {
      mkdirSync(join(dir, "units", container), { recursive: true });
      writeFileSync(join(dir, "units", container, "result"), result);
      writeFileSync(join(dir, "units", container, "status"), String(status));
    },
    [Symbol.dispose]: () => {
      for (const each of pids) {
        try {
          process.kill(each, "SIGKILL");
        } catch {
          // Ended by the test.
        }
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
