#!/bin/sh
# Installs the pinned packages when the lockfile is newer than what stands in node_modules.
# Exists because `npm ci` at every start costs seconds, and a stale tree costs hours.
set -eu
cd "$(dirname "$0")/.."
installed=node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch "$installed"
fi
