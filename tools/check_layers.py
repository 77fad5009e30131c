#!/usr/bin/env python3
"""Holds the sources to the layers of docs/architecture.md, and the repository to its house rules.

    tools/check_layers.py [ROOT]     prints every breach as FILE:LINE: what; exit 1 if there is one
"""
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

# Module: the modules it may include, besides itself. The order is from the bottom up.
MAY_INCLUDE = {
    "core": "",
    "config": "core",
    "trust": "core config",
    "math": "core",
    "wall": "core",
    "solver": "core math",
    "model": "core config math",
    "world": "core config math",
    "estimation": "core config math model world",
    "planning": "core config math model solver world",
    "control": "core config math model solver world",
    "gate/motion": "core config math model solver world",
    "gate/monitor": "core config",
    "gate/plan": "core config gate/monitor model world trust",
    "policy": "core wall",
    "skills": "core config math model world planning",
    "agent": "core config world",
    "record": "core config trust",
    "registry": "core config record trust",
    "io": "core world",
    "io/fault": "core config io world",
    "io/sim": "core config math io world",
    "io/dds": "core config io world",
    "view": "core config model world",
    "runtime": "core config trust math solver model world estimation planning control gate/motion gate/plan "
    "gate/monitor policy skills record registry io io/fault io/sim io/dds wall",
    "trial": "core config trust math solver model world estimation planning control gate/motion gate/plan "
    "gate/monitor policy skills agent record registry io io/fault io/sim io/dds wall view runtime",
    "exam": "core config math agent world gate/plan record registry skills trial trust",
    "server": "core config world record registry exam trust wall",
}

# What the tests of a module may include besides: only the plan gate makes the approved plan that a skill takes.
TESTS_MAY_INCLUDE = {
    "skills": "gate/plan",
}

# First part of a library's header: the modules that may include it.
LIBRARIES = {
    "mujoco/": "model io/sim view",
    "dds/": "io/dds",
    "daqp/": "solver",
    "curl/": "agent",
    "soci/": "registry",
    "google/protobuf/": "record",
    "EGL/": "view",
    "GL/": "view",
    "boost/": "server",
    "CLI/": "",  # only apps
}

TESTED_SUFFIXES = {".h", ".cpp"}
TEXT_SUFFIXES = TESTED_SUFFIXES | {
    ".cmake", ".txt", ".py", ".sh", ".md", ".yaml", ".xml", ".json", ".proto", ".rego", "",
}
SIZE_MAX_BYTES = 1_000_000
MACHINE_PATH = re.compile(r"(?<![\w.}/-])/(?:root|home|work|tmp/wt)/")


def module_of(path, src):
    """The module that a source file or an include path belongs to: the longest that matches."""
    parent = pathlib.PurePosixPath(path.relative_to(src) if src else path).parent
    while str(parent) != "." and str(parent) not in MAY_INCLUDE:
        parent = parent.parent
    return None if str(parent) == "." else str(parent)


def check_includes(src):
    for path in sorted(p for p in src.rglob("*") if p.suffix in TESTED_SUFFIXES):
        module = module_of(path, src)
        if module is None:
            yield f"{path}:1: folder is no module of the table in tools/check_layers.py"
            continue
        allowed = set(MAY_INCLUDE[module].split()) | {module}
        if path.stem.endswith("_test"):
            allowed |= set(TESTS_MAY_INCLUDE.get(module, "").split())
        for number, line in enumerate(path.read_text().splitlines(), 1):
            own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            other = re.match(r'\s*#\s*include\s+[<"]([^">]+)[>"]', line)
            if own:
                target = module_of(pathlib.PurePosixPath(own[1]), None)
                if target is None:
                    yield f"{path}:{number}: '{own[1]}' is in no module; includes start at src/"
                elif target not in allowed:
                    yield (f"{path}:{number}: {module} may not include {target}; "
                           f"it may include: {', '.join(sorted(allowed))}")
            for prefix, modules in LIBRARIES.items():
                if other and other[1].startswith(prefix) and module not in modules.split():
                    yield f"{path}:{number}: {prefix} may be included only by: {modules or 'apps'}"


def layer_rows():
    """The table of the layers as docs/architecture.md prints it."""
    return [f"| {module} | {', '.join(allowed.split()) or 'the standard library, Eigen'} |"
            for module, allowed in MAY_INCLUDE.items()]


def check_printed_layers(page):
    """The page's table is the one that holds."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for row in layer_rows():
        if row not in lines:
            yield f"{page}:1: the table of layers lacks the row '{row}'"


def robot_names(robots):
    """Names of robots, joints and motors, as the robots' own files spell them."""
    for folder in sorted(p.parent for p in robots.glob("*/robot.yaml")):
        yield folder.name
        tree = xml.etree.ElementTree.parse(folder / "model.xml")
        for element in tree.iter():
            if element.tag in ("joint", "motor", "general", "position") and element.get("name"):
                yield element.get("name")


def check_robot_names(src, robots):
    names = sorted(set(robot_names(robots)), key=len, reverse=True)
    if not names:
        yield f"{robots}:1: no robot here"
        return
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE)
    for path in sorted(p for p in src.rglob("*") if p.is_file()):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if found := pattern.search(line):
                yield f"{path}:{number}: '{found[1]}' is a name of one robot; robots are data"


def tracked_files(root):
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True)
    return [root / name for name in listed.stdout.decode().split("\0") if name]


def check_files(files):
    for path in files:
        if not path.is_file():
            continue
        size = path.stat().st_size
        if size > SIZE_MAX_BYTES:
            yield f"{path}:1: {size} bytes; at most {SIZE_MAX_BYTES}"
        if path.suffix not in TEXT_SUFFIXES or "corpus" in path.parts:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if found := MACHINE_PATH.search(line):
                yield f"{path}:{number}: path of one machine: {line[found.start():][:40]}"


def check(root):
    yield from check_includes(root / "src")
    yield from check_printed_layers(root / "docs/architecture.md")
    yield from check_robot_names(root / "src", root / "robots")
    yield from check_files(tracked_files(root))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    breaches = list(check(root))
    print("\n".join(breaches) if breaches else "layers and house rules hold")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
