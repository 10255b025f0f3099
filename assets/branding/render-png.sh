#!/usr/bin/env bash
# The PNG family of the icon, beside it: render-png.sh DIR
set -euo pipefail
cd "$1"
for size in 16 32 48 180 192 512; do
  rsvg-convert --width "$size" --height "$size" --output "icon-$size.png" icon.svg
done
