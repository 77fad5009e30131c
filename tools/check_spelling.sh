#!/usr/bin/env bash
# Fails on common misspellings (codespell, pinned in requirements-test.txt).   tools/check_spelling.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z | grep -zv '^fuzz/corpus/\|^web/dist/\|package-lock\|^requirements\|\.obj$\|\.png$' |
  xargs -0 -r "$1" -m codespell_lib --ignore-words tools/spelling_words.txt
