#!/bin/sh
# Installs the pinned packages when the lockfile is newer than what stands in node_modules.
# Exists because installing at every start costs seconds, and a stale tree costs hours.
set -eu
cd "$(dirname "$0")/.."
installed=node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  # Not `npm ci`: it refuses a lockfile that leaves out optional packages for other platforms, and
  # not every registry has those. What the lockfile has is installed exactly as it says.
  npm install --no-audit --no-fund --no-save --loglevel=error
  touch "$installed"
fi
