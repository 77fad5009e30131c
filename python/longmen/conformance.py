"""What every robot must be able to do: stand, walk, turn, take a push, each in simulation on its own data."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .robot import RobotModel
from .scenario import run_scenario


@dataclass(frozen=True)
class Outcome:
    """One test of the suite with one seed."""

    test: str
    seed: int
    passed: bool
    says: str  #: the figures that decided, or what went wrong


def _tests(robot: RobotModel) -> dict[str, dict[str, Any]]:
    """Speeds go with the square root of the robot's height, the push with its mass: the same dynamic effort."""
    root = math.sqrt(robot.home_height_m)
    walk = round(0.5 * root, 3)
    push = round(0.3 * robot.mass_kg * root, 1)
    return {
        "stand": {"duration_s": 8, "command": [[0, 0, 0, 0]]},
        "walk": {"duration_s": 12, "command": [[1, walk, 0, 0]]},
        "turn": {"duration_s": 8, "command": [[1, 0, 0, 0.5]]},
        "push": {"duration_s": 6, "command": [[0, 0, 0, 0]],
                 "pushes": [{"t_s": 2, "body": "torso", "impulse_Ns": [push, 0, 0]}]},
        "push_side": {"duration_s": 6, "command": [[0, 0, 0, 0]],
                      "pushes": [{"t_s": 2, "body": "torso", "impulse_Ns": [0, push, 0]}]},
    }


def _judge(test: str, scenario: dict[str, Any], result: dict[str, Any]) -> tuple[bool, str]:
    if result["fell"]:
        return False, f"fell after {result['fell_at_s']:.2f} s"
    broken = [f"{kind} limit broken {result[f'{kind}_limit_violations']} times" for kind in ("torque", "joint")
              if result[f"{kind}_limit_violations"]]
    if broken:
        return False, ", ".join(broken)
    if test == "walk":
        asked, speed = scenario["command"][0][1], result["speed_mean_m_s"]
        return abs(speed - asked) < 0.15 * asked, f"{speed:.2f} of {asked:.2f} m/s"
    if test == "turn":
        asked, rate = scenario["command"][0][3], result["yaw_rate_mean_rad_s"]
        return abs(rate - asked) < 0.15 * asked, f"{rate:.2f} of {asked:.2f} rad/s"
    if test == "stand":
        return result["distance_m"] < 0.1, f"moved {result['distance_m']:.3f} m"
    impulse = max(scenario["pushes"][0]["impulse_Ns"])
    return True, f"took {impulse:.0f} N s"


def conformance(robot: str | os.PathLike[str], seeds: range = range(1, 4)) -> Iterator[Outcome]:
    """Runs the suite on a robot given by name or folder, one outcome a test and seed; each seed is another plant."""
    model = RobotModel(robot)
    for test, scenario in _tests(model).items():
        for seed in seeds:
            result = run_scenario({"robot": os.fspath(model.folder), **scenario}, seed)
            yield Outcome(test, seed, *_judge(test, scenario, result))
