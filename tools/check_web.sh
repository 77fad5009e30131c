#!/usr/bin/env bash
# Is web/dist what web/src makes? Builds the page anew beside the tree and compares every byte.
#   tools/check_web.sh [--write]     with --write: replaces web/dist instead
# Needs node 20.19 or newer (vite 8); with an older one, or none, it says so and exits 77 (skipped).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 20 && b >= 19) || (a === 22 && b >= 12) ? 0 : 1)' 2>/dev/null; then
  echo "skipped: the page is built by node 20.19, 22.12 or newer; here: $(node --version 2>/dev/null || echo none)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root/web"
cp -r package.json package-lock.json .npmrc tsconfig.json vite.config.js index.html src public "$work"
cd "$work"
npm ci --silent --no-progress
npx tsc --noEmit
npx vite build --logLevel warn
if [[ ${1-} == --write ]]; then
  rm -rf "$root/web/dist"
  cp -r dist "$root/web/dist"
else
  diff -r dist "$root/web/dist" || { echo "web/dist is not what web/src makes: tools/check_web.sh --write"; exit 1; }
fi
bytes=$(cat dist/index.html dist/assets/* dist/icon.svg | gzip -9 | wc -c)
echo "the page: $((bytes / 1024)) kB compressed"
((bytes <= 400 * 1024)) || { echo "at most 400 kB"; exit 1; }
