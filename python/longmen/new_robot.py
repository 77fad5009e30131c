"""./longmen robot new MODEL [FOLDER]: drafts a robot and runs the conformance suite on it."""

import argparse
import pathlib
import sys

from .conformance import conformance
from .draft import DraftError, draft_robot
from .robot import RobotModel


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 every test passed; 1 some did not; 2 the model cannot become a robot."""
    parser = argparse.ArgumentParser(
        prog="longmen robot new", description="Draft a robot's folder from its model and test it: stand, walk, turn, push.",
        epilog="Example: longmen robot new h1.xml robots/h1")
    parser.add_argument("model", type=pathlib.Path, help="MJCF or URDF")
    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="new folder; default: the model's name, here")
    parser.add_argument("--seeds", type=int, default=3, help="plants that each test is run on (default 3)")
    options = parser.parse_args(arguments)
    folder = options.folder or pathlib.Path(options.model.stem)
    try:
        draft_robot(options.model, folder)
        robot = RobotModel(folder)
    except DraftError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{folder}: {robot.na} joints, {robot.mass_kg:.1f} kg; drafted model.xml, robot.yaml, tuning.yaml")
    failed = 0
    for outcome in conformance(folder, range(1, options.seeds + 1)):
        failed += not outcome.passed
        print(f"  {outcome.test:<10} seed {outcome.seed}  {'passed' if outcome.passed else 'FAILED'}  {outcome.says}",
              flush=True)
    print("every test passed" if not failed else f"{failed} tests failed: docs/robots.md says where to look first")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
