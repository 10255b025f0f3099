# shellcheck shell=bash
# What the tests need from the system, and only what is missing: as root on Debian, else it says what to install.
# Sourced after bootstrap.sh.

# debian_packages COMMAND=PACKAGE…: installs the packages whose command is not on the PATH.
debian_packages() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ]; then
    say "not installed here, so their tests are skipped: ${missing[*]}"
    return 0
  fi
  say "installing Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  mkdir -p "$ROOT/.tools"
  quietly apt-update apt-get update -q || true
  quietly apt-install apt-get install -q -y --no-install-recommends "${missing[@]}" ||
    say "could not install them; the tests that need them will say so"
}

# debian_unpacked COMMAND=PACKAGE: unpacks the package into .tools/debian and installs nothing; for servers, which an
# installation would start. Needs no root.
debian_unpacked() {
  local package=${1#*=} into="$ROOT/.tools/debian"
  if command -v "${1%%=*}" >/dev/null || [ -x "$into/usr/sbin/${1%%=*}" ]; then return 0; fi
  [ -x /usr/bin/apt-get ] || { say "not installed here, so its tests are skipped: $package" && return 0; }
  say "unpacking Debian's $package into .tools"
  mkdir -p "$into"
  if ! (cd "$into" && quietly apt-download apt-get download -q "$package" && dpkg -x "$package"_*.deb .); then
    say "could not be had; the tests that need it will say so: $package"
  fi
  rm -f "$into"/*.deb
}
