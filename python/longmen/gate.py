"""The motion gate: what would it make of a command?"""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .data import data_folder
from .robot import RobotModel


@dataclass(frozen=True)
class CommandVerdict:
    """What left the gate in the place of a command, and why."""

    changed: bool  #: False: the command would go to the motors with the same bits
    source: str  #: whose command left: "proposal", "trusted", "bridge" or "brace"
    rung: str  #: of the stop ladder: "none", "slow", "hold", "settle" or "brace"
    rule: str  #: the rule that bound most, "none" if unchanged
    joint: str | None  #: joint of that rule
    margin: float  #: how far outside (negative) the command was, in the rule's unit
    change_Nm: NDArray[np.float64]  #: by how much each joint's torque was changed
    safe: dict[str, NDArray[np.float64]]  #: the command that left: torque_Nm, position_rad, ...
    why: str  #: one sentence, English; empty if unchanged
    why_zh: str  #: the same in Chinese


class MotionGate:
    """The gate between every controller and the motors, for a robot that stands armed and at ease.

    `check` answers for one command in one state and remembers nothing: the same question, the same answer.
    """

    def __init__(self, robot: RobotModel | str | os.PathLike[str]) -> None:
        self.robot = robot if isinstance(robot, RobotModel) else RobotModel(robot)
        self._core = _core.CommandCheck(self.robot.folder, data_folder() / "rules" / "limits" / "motion.yaml")

    def check(
        self,
        *,
        torque_Nm: ArrayLike | None = None,
        position_rad: ArrayLike | None = None,
        velocity_rad_s: ArrayLike | None = None,
        stiffness_Nm_rad: ArrayLike | None = None,
        damping_Nms_rad: ArrayLike | None = None,
        joint_position_rad: ArrayLike | None = None,
        joint_velocity_rad_s: ArrayLike | None = None,
    ) -> CommandVerdict:
        """Judges a command: torque + stiffness (position - q) + damping (velocity - qd), each [na], absent: 0.

        The state is `joint_position_rad` (absent: home) and `joint_velocity_rad_s` (absent: at rest).
        """
        zero = np.zeros(self.robot.na)

        def array(values: ArrayLike | None, default: NDArray[np.float64] = zero) -> NDArray[np.float64]:
            return default if values is None else np.asarray(values, float)

        answer = self._core.check(
            array(torque_Nm), array(position_rad), array(velocity_rad_s), array(stiffness_Nm_rad),
            array(damping_Nms_rad), array(joint_position_rad, self.robot.home_rad), array(joint_velocity_rad_s))
        joint = answer["joint"]
        return CommandVerdict(
            changed=answer["changed"], source=answer["source"], rung=answer["rung"], rule=answer["rule"],
            joint=self.robot.joint_names[joint] if joint >= 0 else None, margin=answer["margin"],
            change_Nm=answer["change_Nm"], safe=answer["safe"], why=answer["why"], why_zh=answer["why_zh"])
