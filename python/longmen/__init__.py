"""Longmen from Python: robots, scenarios, both gates, records.

    import longmen
    result = longmen.run_scenario({"robot": "qinglong", "duration_s": 5, "command": [[1, 0.5, 0, 0]]})

Units are SI and radians; quaternions are x, y, z, w; arrays over joints follow `RobotModel.joint_names`. What is
wrong with an input is raised as `longmen.Error` (a ValueError) in one line; its `code` names the kind.
"""

from ._core import Error
from .gate import CommandVerdict, MotionGate
from .plan import Verdict, judge, plan
from .record import Record
from .robot import RobotModel
from .scenario import Episode, run_scenario
from .data import data_folder

__all__ = [
    "CommandVerdict", "Episode", "Error", "MotionGate", "Record", "RobotModel", "Verdict", "data_folder", "judge",
    "plan", "run_scenario",
]
__version__ = "0.1.0"
