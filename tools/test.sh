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

# Configures a preset, builds targets and runs their tests; ctest's own summary goes to standard output.
test_preset() { # PRESET "TARGET..." [CTEST_ARGUMENT...]
  local log=$state/test-$1.log status=0 targets
  read -ra targets <<<"$2"
  configure "$1"
  build "$1" "${targets[@]}"
  step "tests $1" "$log" ctest --test-dir "$(build_folder "$1")" --parallel 2 --output-on-failure \
    --no-tests=error --exclude-regex _NOT_BUILT "${@:3}" || status=$?
  ((status == 0)) || grep -v ' Passed \|^ *Start ' "$log" | tail -n 300 >&2
  sed -n '/tests passed,/,$p' "$log"
  return "$status"
}

# clang-tidy over every source of our own, as they are compiled together.
tidy() {
  configure clang
  build clang all  # some sources are made
  step "clang-tidy" "$state/tidy.log" run-clang-tidy-16 -quiet -p "$root/build-clang" -j "$(nproc)" \
    "/(src|apps|fuzz|bench)/.*/Unity/.*\\.cxx$"
}

# Every robot's files, read and summed up by the program itself.
check_robots() {
  local folder
  for folder in "$root"/robots/*/; do
    "$root/build/apps/longmen" robot check "$folder" >"$state/robot.log" || return
    head -n 1 "$state/robot.log"
  done
}

# The page in Debian's Chromium. Its tools come by npm, of any node from 18 on.
browser() {
  step "npm packages of the browser tests" "$state/npm.log" npm ci --prefix "$root/tests/window" --no-progress || return
  step "browser tests" "$state/browser.log" env LONGMEN="$root/build/apps/longmen" \
    node --test "$root/tests/window/browser_test.mjs"
}

# The Python package as a user gets it, its environments and examples.
test_package() {
  install_package || return
  step "tests of the Python package" "$state/pytest.log" "$python" -m pytest -q "$root/python/tests" || return
  tail -n 1 "$state/pytest.log"
}

# Published models of other humanoids become robots, and walk.
humanoids() {
  install_wheels humanoids "$root/requirements-humanoids.txt"
  step "other humanoids" "$state/humanoids.log" "$python" -m pytest -q "$root/python/humanoids" || return
  tail -n 1 "$state/humanoids.log"
}

# What others wrote for what we speak, against the program as it runs.
checkers() {
  local test
  install_wheels checkers "$root/requirements-checkers.txt"
  install_wheels lerobot "$root/requirements-lerobot.txt" "$root/.venv-lerobot"
  install_package || return
  export LEROBOT_PYTHON=$root/.venv-lerobot/bin/python
  for test in "$root"/tests/checkers/*_test.py; do
    step "$(basename "$test")" "$state/checkers.log" "$python" "$test" "$root/build/apps/longmen" || return
  done
}

run_tests() { # [--all]
  local all=
  case "$*" in
    '') ;;
    --all) all=all ;;
    *) die 2 "unknown argument of test: '$*'; valid: nothing, or --all" ;;
  esac
  trap 'die 130 interrupted' INT TERM
  set_up run test python $all
  export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

  part "all tests, Release (gcc)" test_preset release all
  part "every robot's files" check_robots
  part "the Python package" test_package
  part "unit tests and fuzz seeds under address and undefined-behaviour sanitizers" \
    test_preset asan all -LE lint
  if [[ -n $all ]]; then
    export LONGMEN_FUZZ_ARGUMENTS="-max_total_time=${LONGMEN_FUZZ_SECONDS:-120}"
    part "fuzzing, ${LONGMEN_FUZZ_SECONDS:-120} s a target" test_preset fuzz fuzz_targets -L fuzz
    part "all tests, Release (clang)" test_preset clang all -LE lint
    part "what crosses threads, under the thread sanitizer" test_preset tsan \
      "longmen_core_test longmen_record_test longmen_runtime_test" -L unit
    part "clang-tidy" tidy
    part "other humanoids from their models" humanoids
    part "the page in a browser" browser
    part "programs of others that check ours" checkers
  fi

  printf '\n%s\n' "$(printf '%s\n' "${table[@]}")"
  ((failures == 0)) || die 1 "$failures of ${#table[@]} parts failed; logs: $state"
  say "all ${#table[@]} parts passed"
  exit 0
}
