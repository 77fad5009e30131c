# Sourced by ./longmen: the test suite, part by part, with a table at the end.

table=()
failures=0

record() { # STATUS SECONDS NAME: a row of the table
  table+=("$(printf '%-6s %5d s  %s' "$@")")
  [[ $1 == ok ]] || failures=$((failures + 1))
}

# Runs a part in a process of its own, so that a part that fails leaves the others to run.
part() { # NAME COMMAND...
  local start=$SECONDS verdict=ok
  ("${@:2}") || verdict=FAILED
  record "$verdict" $((SECONDS - start)) "$1"
}

# Configures and builds everything of a preset, then runs its tests; ctest's own summary goes to standard output.
test_preset() { # PRESET [CTEST_ARGUMENT...]
  local log=$state/test-$1.log status=0
  configure "$1"
  build "$1" all
  step "tests $1" "$log" ctest --test-dir "$(build_folder "$1")" --parallel 2 --output-on-failure \
    --no-tests=error "${@:2}" || status=$?
  ((status == 0)) || grep -v ' Passed \|^ *Start ' "$log" | tail -n 300 >&2
  sed -n '/tests passed,/,$p' "$log"
  return "$status"
}

run_tests() { # [--all]
  local all=
  case "$*" in
    '') ;;
    --all) all=all ;;
    *) die 2 "unknown argument of test: '$*'; valid: nothing, or --all" ;;
  esac
  set_up run test $all
  export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

  part "Release build and all tests (gcc)" test_preset release
  part "address and undefined-behaviour sanitizers" test_preset asan

  echo
  printf '%s\n' "${table[@]}"
  ((failures == 0)) || die 1 "$failures of ${#table[@]} parts failed; logs: $state"
  say "all ${#table[@]} parts passed"
  exit 0
}
