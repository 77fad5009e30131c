#!/usr/bin/env bash
# Fails where a C++ file is not as clang-format 16 would write it. To correct: clang-format-16 -i FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z '*.h' '*.cpp' | xargs -0 -r clang-format-16 --dry-run -Werror
