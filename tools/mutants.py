#!/usr/bin/env python3
"""Is each barrier missed when it is taken out?

A list of mutants (TOML) names for each an expression of the sources, what stands in its place, and the tests that
must then fail.
  mutants.py make LIST SOURCE_DIR OUT_DIR   writes the sources with all mutants in them, asleep; LONGMEN_MUTANT=n
                                            in the environment wakes the n-th, counted from 1
  mutants.py run LIST PROGRAM               runs PROGRAM, the tests linked with those sources: all named tests pass
                                            without a mutant, and each mutant fails at least one of its own
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tomllib

AWAKE = """#ifndef LONGMEN_AWAKE_MUTANT
#define LONGMEN_AWAKE_MUTANT
#include <cstdlib>
inline int awake_mutant() {
  static const char* const text = std::getenv("LONGMEN_MUTANT");
  return text == nullptr ? 0 : std::atoi(text);
}
#endif
"""


def read(path):
    mutants = tomllib.loads(pathlib.Path(path).read_text(encoding="utf-8"))["mutant"]
    for mutant in mutants:
        missing = {"rule", "file", "from", "to", "found_by"} - mutant.keys()
        if missing:
            sys.exit(f"{path}: mutant of '{mutant.get('rule', '?')}' lacks {', '.join(sorted(missing))}")
    return mutants


def make(path, source_dir, out_dir):
    sources = {}
    expressions = {}
    for number, mutant in enumerate(read(path), start=1):
        name, text = mutant["file"], mutant["from"]
        if name not in sources:
            sources[name] = (pathlib.Path(source_dir) / name).read_text(encoding="utf-8")
        if sources[name].count(text) != 1:
            sys.exit(f"{path}: '{text}' stands {sources[name].count(text)} times in {name}, must stand once")
        inner = expressions.get((name, text), f"({text})")
        expressions[name, text] = f"(awake_mutant() == {number} ? ({mutant['to']}) : {inner})"
    for (name, text), expression in expressions.items():
        if sources[name].count(text) != 1:
            sys.exit(f"{path}: '{text}' of {name} lies inside another mutant's expression")
        sources[name] = sources[name].replace(text, expression)
    for name, text in sources.items():
        out = pathlib.Path(out_dir) / name
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(AWAKE + text, encoding="utf-8")


def run(path, program):
    mutants = read(path)

    def status(number, tests):
        env = dict(os.environ, LONGMEN_MUTANT=str(number))
        done = subprocess.run([program, f"--gtest_filter={tests}", "--gtest_fail_fast"], env=env, capture_output=True,
                              text=True, check=False)
        if "Running 0 tests" in done.stdout:
            sys.exit(f"{path}: no test is called '{tests}'")
        return done.returncode

    if status(0, ":".join(sorted({m["found_by"] for m in mutants}))) != 0:
        sys.exit("the named tests fail without any mutant")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = pool.map(lambda item: status(item[0], item[1]["found_by"]), enumerate(mutants, start=1))
        missed = [m["rule"] for m, code in zip(mutants, codes) if code == 0]
    if missed:
        sys.exit(f"taken out and not missed by any test: {', '.join(missed)}")
    print(f"{len(mutants)} of {len(mutants)} mutants found")


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[1] == "make":
        make(*sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == "run":
        run(*sys.argv[2:])
    else:
        sys.exit(__doc__)
