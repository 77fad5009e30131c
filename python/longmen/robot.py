"""A robot as its files describe it."""

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .data import data_folder

_LEVEL = (0.0, 0.0, 0.0, 1.0)


class RobotModel:
    """Joints, limits, roles and kinematics of a robot: the same files that the controller reads.

    Arrays over joints [na] follow `joint_names`.
    """

    def __init__(self, robot: str | os.PathLike[str]) -> None:
        """`robot` is a name under the data folder's `robots`, or a folder with a robot.yaml."""
        self.folder = _core.find_robot(os.fspath(robot), data_folder() / "robots")
        self._core = _core.Robot(self.folder)
        self.name: str = self._core.name
        self.mass_kg: float = self._core.mass_kg
        self.home_height_m: float = self._core.home_height_m  #: of the base above the ground, at home
        self.joint_names: list[str] = self._core.joint_names
        self.roles: dict[str, str] = self._core.roles  #: role to the body that has it
        self.home_rad: NDArray[np.float64] = self._core.home_rad
        self.position_min_rad: NDArray[np.float64] = self._core.position_min_rad
        self.position_max_rad: NDArray[np.float64] = self._core.position_max_rad
        self.velocity_max_rad_s: NDArray[np.float64] = self._core.velocity_max_rad_s
        self.torque_max_Nm: NDArray[np.float64] = self._core.torque_max_Nm
        #: diagonal of the mass matrix at home, rotors included
        self.inertia_kg_m2: NDArray[np.float64] = self._core.inertia_kg_m2

    @property
    def na(self) -> int:
        """How many joints have motors."""
        return len(self.joint_names)

    def forward_kinematics(
        self,
        joint_position_rad: ArrayLike,
        p_WB: Sequence[float] | None = None,
        q_WB: Sequence[float] = _LEVEL,
    ) -> dict[str, NDArray[np.float64]]:
        """Pose of every role's body and of both soles in the world, 4 x 4: X_W<role>.

        Without `p_WB` the base is above the origin at its home height.
        """
        return self._core.forward_kinematics(np.asarray(joint_position_rad, float), self._base(p_WB), np.array(q_WB))

    def center_of_mass(
        self,
        joint_position_rad: ArrayLike,
        p_WB: Sequence[float] | None = None,
        q_WB: Sequence[float] = _LEVEL,
    ) -> NDArray[np.float64]:
        """p_WC, m."""
        return self._core.center_of_mass(np.asarray(joint_position_rad, float), self._base(p_WB), np.array(q_WB))

    def _base(self, p_WB: Sequence[float] | None) -> NDArray[np.float64]:
        return np.array([0.0, 0.0, self.home_height_m] if p_WB is None else p_WB, float)

    def __repr__(self) -> str:
        return f"RobotModel({self.name!r}, {self.na} joints, {self.mass_kg:.1f} kg)"
