# shellcheck shell=bash
# Makes a fresh clone able to run: a Bun of the pinned version (or newer) and the packages of bun.lock.
# Sourced first by scripts/up, build, check, test …; needs no root and writes only .tools and node_modules.
#
# After it: ROOT (the checkout), BUN (the executable), PATH with that Bun in front.
# HIVE_NO_INSTALL=1: use what is there, install nothing.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
export ROOT

say() { printf '· %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

bun_pin() { sed -n 's/.*"packageManager": *"bun@\([0-9][0-9.]*\).*/\1/p' "$ROOT/package.json"; }

# bun_works FILE WANTED: it starts on this machine (CPU, libc) and is not too old.
bun_works() {
  local have
  [ -x "$1" ] || return 1
  have="$("$1" --version 2>/dev/null)" || return 1
  printf '%s\n%s\n' "$2" "$have" | sort -V -C
}

# Prints the first usable Bun. npm leaves it in .bin when it ran the install script, otherwise in the
# platform package; which of those fits (glibc, musl, x64, arm64) is found by trying.
find_bun() {
  local wanted=$1 candidate tools="$ROOT/.tools/node_modules"
  for candidate in "$(command -v bun || true)" "$tools/.bin/bun" "$tools"/@oven/bun-*/bin/bun; do
    if bun_works "$candidate" "$wanted"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# On a terminal, counts the seconds until it is killed or the script that started it is gone.
beat() {
  local seconds=0
  while sleep 1 && kill -0 "$$" 2>/dev/null; do
    seconds=$((seconds + 1))
    printf '\r  %d s ' "$seconds" >&2
  done
}

# quietly LOGNAME COMMAND…: runs it, showing that time goes by; on failure shows the end of its output.
quietly() {
  local log="$ROOT/.tools/$1.log" beating="" code=0
  shift
  if [ -t 2 ]; then
    beat </dev/null >/dev/null 9>&- &
    beating=$!
  fi
  "$@" </dev/null >"$log" 2>&1 9>&- || code=$?
  if [ -n "$beating" ]; then
    kill "$beating" 2>/dev/null || true
    wait "$beating" 2>/dev/null || true
    printf '\r\033[K' >&2
  fi
  [ "$code" != 0 ] || return 0
  tail -n 6 "$log" | cut -c 1-160 | sed 's/^/  | /' >&2
  return 1
}

need_npm() {
  command -v npm >/dev/null && return 0
  if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && [ -z "${HIVE_NO_INSTALL:-}" ]; then
    say "installing npm (Debian package)"
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-update apt-get update -q || true
    quietly apt-npm apt-get install -q -y --no-install-recommends npm && return 0
  fi
  fail "neither bun nor npm is on the PATH: install Node.js with npm (or Bun $1), then run this again"
}

install_bun() {
  need_npm "$1"
  say "installing Bun $1 into .tools (once, 40 MB)"
  # npm may refuse to run install scripts, so the platform package's executable is used directly.
  quietly npm-bun npm install --prefix "$ROOT/.tools" --no-save --no-package-lock \
    --ignore-scripts --no-audit --no-fund --loglevel=error "bun@$1" ||
    fail "Bun $1 could not be installed by npm: check the network (or put a Bun on the PATH), then run this again"
}

install_packages() {
  local stamp="$ROOT/node_modules/.hive-stamp" wanted
  wanted="$("$BUN" --version) $(cat "$ROOT/bun.lock" "$ROOT/package.json" | cksum)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
  if [ -d "$ROOT/node_modules" ]; then say "installing what is new in bun.lock"; else
    say "installing packages from bun.lock (once, 200 MB)"
  fi
  quietly bun-install "$BUN" install --cwd "$ROOT" --frozen-lockfile --ignore-scripts ||
    fail "the packages of bun.lock could not be installed: check the network, then run this again"
  printf '%s\n' "$wanted" >"$stamp"
}

# Two runs at once would install over each other; the second waits and then finds everything there.
lock_tools() {
  if ! mkdir -p "$ROOT/.tools" 2>/dev/null || [ ! -w "$ROOT/.tools" ]; then
    fail "\"$ROOT\" is not writable: clone the repository to a place of your own, then run this again"
  fi
  command -v flock >/dev/null || return 0
  exec 9>"$ROOT/.tools/lock"
  flock -n 9 || {
    say "waiting for another run to finish installing"
    flock 9
  }
}

bootstrap() {
  local wanted
  # npm and bun answer Ctrl-C with an exit code of their own, which would read like a failure.
  trap 'printf "\n" >&2; exit 130' INT
  wanted="$(bun_pin)"
  [ -n "$wanted" ] || fail "package.json names no \"packageManager\": \"bun@…\""
  if [ -z "${HIVE_NO_INSTALL:-}" ]; then
    lock_tools
    BUN="$(find_bun "$wanted")" || {
      install_bun "$wanted"
      BUN="$(find_bun "$wanted")" || fail "Bun $wanted is installed but does not start here ($(uname -sm))"
    }
    install_packages
    if command -v flock >/dev/null; then exec 9>&-; fi
  else
    BUN="$(find_bun "$wanted")" || fail "no Bun $wanted or newer here: run this again without HIVE_NO_INSTALL"
  fi
  export BUN
  export PATH="${BUN%/*}:$ROOT/node_modules/.bin:$PATH"
  trap - INT
}

bootstrap
