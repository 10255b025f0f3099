#!/usr/bin/env bash
# The rules of this repository, tested: scripts/check.sh [--only RULE] [--list] [--verbose]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/bootstrap.sh
. "$(dirname "$0")/lib/bootstrap.sh"
exec "$BUN" "$ROOT/scripts/check.ts" "$@"
