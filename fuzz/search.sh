#!/usr/bin/env bash
# Lets a libFuzzer program search from seeds:   search.sh PROGRAM FOLDER SEED...
# What it finds stays in FOLDER and is where the next search begins; an input that crashes lies beside it.
# LONGMEN_FUZZ_ARGUMENTS: how long, for example "-max_total_time=600" (default: a short, repeatable look).
set -euo pipefail
program=$1 folder=$2
shift 2
mkdir -p "$folder"
for seed; do cp "$seed" "$folder/$(sha1sum <"$seed" | cut -d' ' -f1)"; done
# shellcheck disable=SC2086  # several arguments
exec "$program" -artifact_prefix="$folder.crash-" -timeout=60 -rss_limit_mb=4000 -max_len=40000 \
  ${LONGMEN_FUZZ_ARGUMENTS:--runs=20000 -max_total_time=30 -seed=1} "$folder"
