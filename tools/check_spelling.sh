#!/usr/bin/env bash
# Fails on common misspellings (codespell, pinned in requirements-test.txt); an exam misspells on purpose.   tools/check_spelling.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z | grep -zv '^fuzz/corpus/\|^rules/exam/bank.txt$\|^web/dist/\|package-lock\|^requirements\|\.obj$\|\.png$' |
  xargs -0 -r "$1" -m codespell_lib --ignore-words tools/spelling_words.txt
