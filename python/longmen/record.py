"""Records of runs: docs/record.md has the format; any MCAP reader reads them too."""

import json
import os
import pathlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _core


class Record:
    """One recorded run, read by the program's own bounded reader: a cut or altered file is an Error that says where."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self.file = pathlib.Path(file)
        self.info: dict[str, Any] = json.loads(_core.run_info(self.file))
        self.joint_names: list[str] = self.info["joints"]
        self.period_s: float = self.info["period_s"]

    def ticks(self, every: int = 1) -> dict[str, NDArray[np.float64]]:
        """Each `every`-th tick as arrays with a row a tick: time_s, p_WB, q_WB (x, y, z, w), v_WB_W, w_WB_B,
        joint_position_rad, joint_velocity_rad_s, torque_Nm (what left the gate), proposed_torque_Nm, and gate with the
        columns armed, changed, rung, rule."""
        arrays = _core.read_ticks(self.file, every)
        arrays["time_s"] = arrays.pop("tick")[:, 0] * self.period_s if arrays["tick"].size else np.zeros(0)
        return arrays

    def events(self) -> list[dict[str, Any]]:
        """Everything that came from outside, with the tick that took it up, and what the plan gate said."""
        return _core.read_events(self.file)

    def verify(self) -> None:
        """Checks every byte of the file; raises Error where it was altered or cut."""
        _core.verify(self.file)
