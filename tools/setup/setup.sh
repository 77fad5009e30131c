# Sourced by ./longmen: packages, wheels and build. Every step leaves a stamp in .setup/ and is skipped while the
# stamp holds. All words go to standard error.

state=$root/.setup
python=$root/.venv/bin/python

say() { printf 'longmen: %s\n' "$*" >&2; }
die() { # CODE WORDS: one clear line and out
  say "${*:2}"
  exit "$1"
}

# ---- steps with progress ------------------------------------------------------------------------------------

# Writes what comes in to a log; shows it as one moving line on a terminal, else a line in ten seconds.
show_progress() { # LOG
  local line last=$SECONDS
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >>"$1"
    if [[ -t 2 ]]; then
      printf '\r\033[K  %.*s' "$((${COLUMNS:-80} - 3))" "$line" >&2
    elif ((SECONDS - last >= 10)); then
      printf '  %s\n' "$line" >&2
      last=$SECONDS
    fi
  done
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# Runs a command with progress. On failure shows the end of its log and returns its status.
step() { # TITLE LOG COMMAND...
  local title=$1 log=$2 start=$SECONDS status=0
  shift 2
  : >"$log"
  say "$title ..."
  "$@" </dev/null 2>&1 | show_progress "$log" || status=$?
  if ((status != 0)); then
    tail -n 25 "$log" | sed 's/^/  /' >&2
    return "$status"
  fi
  say "$title: done in $((SECONDS - start)) s"
}

digest() { sha256sum | cut -d' ' -f1; }
is_stamped() { [[ -f $state/$1 && $(<"$state/$1") == "$2" ]]; }   # NAME VALUE
stamp() { printf '%s\n' "$2" >"$state/$1"; }                       # NAME VALUE

# ---- one call at a time -------------------------------------------------------------------------------------

lock() {
  exec 9>"$state/lock"
  if ! flock -n 9; then
    say "another call is setting up or building here: waiting for it"
    flock 9
  fi
}
unlock() { exec 9>&-; }

# ---- Debian packages ----------------------------------------------------------------------------------------

packages_for() { # WHEN...
  awk -v when=" $* " '!/^#/ && NF && index(when, " " $2 " ") { print $1 }' "$root/tools/setup/packages.txt"
}

install_packages() { # WHEN...: the last names the stamp
  local packages missing name as_root=() value
  mapfile -t packages < <(packages_for "$@")
  value=$({ printf '%s\n' "${packages[@]}"; cat /etc/machine-id /etc/debian_version 2>/dev/null || true; } | digest)
  is_stamped "packages-${*: -1}" "$value" && return

  local ID=unknown VERSION_ID= PRETTY_NAME=
  [[ ! -r /etc/os-release ]] || source /etc/os-release
  if [[ $ID != debian || $VERSION_ID != 12 ]]; then
    say "made for Debian 12; this is ${PRETTY_NAME:-$ID}: trying all the same"
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "no apt-get here; make sure that these are installed under the names they have on this system: ${packages[*]}"
    return
  fi

  missing=()
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '/^ii/ { print $2 }')
  for name in "${packages[@]}"; do
    # What is there under its command's name from elsewhere will do: packages of one program exclude each other.
    grep -qxF "$name" <<<"$installed" || command -v "$name" >/dev/null || missing+=("$name")
  done
  if ((${#missing[@]} > 0)); then
    local by_hand="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    if ((EUID != 0)); then
      if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 && -t 2 ]] && sudo -v; }; }; then
        as_root=(sudo -n)
      else
        die 2 "packages are missing; run this as root, then call again: $by_hand"
      fi
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300
               -o Acquire::Retries=2)
    step "package lists" "$state/apt-update.log" "${apt[@]}" update || say "the package lists could not be updated"
    step "${#missing[@]} Debian packages" "$state/apt-install.log" \
      "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
      die 2 "the Debian packages could not be installed (is there a network?); by hand, as root: $by_hand"
  fi
  stamp "packages-${*: -1}" "$value"
}

# ---- Python packages ----------------------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  die 2 "no Python 3.11 or newer with the modules venv and ensurepip"
}

install_wheels() { # NAME FILE [ENVIRONMENT]: the requirements of FILE into .venv, or an environment of their own
  local value environment=${3-$root/.venv}
  local python=$environment/bin/python
  value=$({ echo "$root"; cat "$2"; } | digest)
  is_stamped "wheels-$1" "$value" && [[ -x $python ]] && return
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$environment"
    step "Python environment $(basename "$environment")" "$state/venv.log" "$(find_python)" -m venv "$environment" ||
      die 2 "the Python environment could not be made in $environment"
  fi
  step "Python packages of $(basename "$2")" "$state/pip-$1.log" \
    "$python" -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes -r "$2" ||
    die 2 "the Python packages could not be installed (is there a network?); log: $state/pip-$1.log"
  stamp "wheels-$1" "$value"
}

# ---- build --------------------------------------------------------------------------------------------------

configure() { # PRESET of CMakePresets.json
  local value
  value=$({ echo "$root"; cat "$root/requirements.txt" "$root/CMakePresets.json"; } | digest)
  is_stamped "configured-$1" "$value" && [[ -f $(build_folder "$1")/build.ninja ]] && return
  step "configure $1" "$state/configure-$1.log" \
    cmake --fresh -S "$root" --preset "$1" "-DPython3_EXECUTABLE=$python" ||
    die 2 "CMake could not configure; log: $state/configure-$1.log"
  stamp "configured-$1" "$value"
}

build_folder() { # PRESET
  [[ $1 == release ]] && echo "$root/build" || echo "$root/build-$1"
}

# Builds targets where something changed.
build() { # PRESET TARGET...
  local folder
  folder=$(build_folder "$1")
  [[ $(ninja -C "$folder" -n "${@:2}" 2>&1) != *"no work to do."* ]] || return 0
  NINJA_STATUS='[%f/%t, %es] ' step "build $1" "$state/build-$1.log" ninja -C "$folder" "${@:2}" ||
    die 70 "the build failed; log: $state/build-$1.log"
}

# Builds the package longmen and installs it into .venv, where something changed. What ./longmen has compiled serves it.
install_package() {
  local marker=$state/package-longmen
  [[ ! -f $marker || -n $(find "$root"/{src,python,robots,worlds,rules,scenarios,cmake,pyproject.toml,CMakeLists.txt} \
    -type f -newer "$marker" -not -path '*/__pycache__/*' -print -quit) ]] || return 0
  step "Python package longmen" "$state/pip-longmen.log" \
    "$python" -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation \
    --config-settings "build-dir=$(build_folder release)" "$root" ||
    die 70 "the Python package could not be built; log: $state/pip-longmen.log"
  touch "$marker"
}

# ---- all of it ----------------------------------------------------------------------------------------------

# Everything that the purposes (run, run python, run test python, run test python all) need, but the build itself.
set_up() { # WHEN...
  if ! mkdir -p "$state" 2>/dev/null || ! { : >>"$state/lock"; } 2>/dev/null; then
    if [[ $* == run && -x $root/build/apps/longmen ]]; then
      say "$root cannot be written: running the program as it was built"
      build() { :; }
      unlock() { :; }
      return
    fi
    die 2 "$root cannot be written: set-up needs a clone in a folder of your own"
  fi
  lock
  grep -qm1 avx2 /proc/cpuinfo 2>/dev/null && [[ $(uname -sm) == "Linux x86_64" ]] ||
    die 2 "needs Linux on an x86-64 processor with AVX2 (x86-64-v3); this is $(uname -sm)"
  install_packages "$@"
  install_wheels run "$root/requirements.txt"
  [[ " $* " != *" test "* ]] || install_wheels test "$root/requirements-test.txt"
  [[ " $* " != *" python "* ]] || install_wheels python "$root/requirements-python.txt"
  configure release
}
