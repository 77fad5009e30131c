"""Tests of the body in simulation: docs/scenarios.md has the file's keys and the result's figures."""

import json
import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .data import data_folder

Scenario = dict[str, Any] | str | os.PathLike[str]


def _text(scenario: Scenario) -> tuple[str, str]:
    """The scenario as text (JSON is YAML), and what to call it in errors."""
    if isinstance(scenario, dict):
        return json.dumps(scenario), "scenario"
    path = os.fspath(scenario)
    if not os.path.exists(path) and os.path.exists(data_folder() / "scenarios" / path):
        path = os.fspath(data_folder() / "scenarios" / path)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(), path
    except OSError as error:
        raise _core.Error(f"{path}: {error.strerror}") from None


class Episode:
    """One run of a scenario that is steered from outside: the robot's whole loop, in lock-step with its simulation.

    Between two `step`s the velocity command may be changed, or joints may be commanded; whatever is commanded passes
    the motion gate. The same scenario, seed and commands give the same bits.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        record: str | os.PathLike[str] | None = None,
        joint_commands: bool = False,
        timed: bool = True,
    ) -> None:
        """`record` keeps the run in an MCAP file; `joint_commands` lets `propose` be used; without `timed` a tick is
        some percent faster, and `finish` has no `tick_us`."""
        text, where = _text(scenario)
        self._core = _core.Run(text, where, seed, data_folder(), None if record is None else os.fspath(record),
                               joint_commands, timed)

    def step(self, ticks: int = 1) -> bool:
        """Lets so many control periods (1 ms) pass. False: the scenario is over, at its end or 1 s after a fall."""
        return self._core.step(ticks)

    def command(self, vx_m_s: float, vy_m_s: float = 0.0, yaw_rate_rad_s: float = 0.0) -> None:
        """From now on this velocity holds, in the heading frame (x ahead, y to the left). All zeros: stand."""
        if not self._core.command(vx_m_s, vy_m_s, yaw_rate_rad_s):
            raise _core.Error("command: a velocity is no number")

    def propose(
        self,
        position_rad: ArrayLike,
        stiffness_Nm_rad: ArrayLike,
        damping_Nms_rad: ArrayLike,
        velocity_rad_s: ArrayLike | None = None,
        torque_Nm: ArrayLike | None = None,
    ) -> None:
        """From now on this is proposed to the motion gate in each tick, in the place of the controller's command.

        The gate lets it through, changes it, or takes the trusted controller's instead: `gate()` says which.
        """
        position = np.asarray(position_rad, float)
        zero = np.zeros_like(position)
        if not self._core.propose(
                zero if torque_Nm is None else np.asarray(torque_Nm, float), position,
                zero if velocity_rad_s is None else np.asarray(velocity_rad_s, float),
                np.asarray(stiffness_Nm_rad, float), np.asarray(damping_Nms_rad, float)):
            raise _core.Error("propose: the episode was not made with joint_commands=True")

    def withdraw(self) -> None:
        """The trusted controller drives again."""
        self._core.withdraw()

    def state(self) -> dict[str, Any]:
        """What the robot believes of itself: the estimator's state, from noisy sensors."""
        return self._core.state()

    def observation(self, seated_s: float = 0.0) -> NDArray[np.float32]:
        """What a motion policy sees, as docs/policies.md lists it; `seated_s`: how long it has driven."""
        return self._core.observation(seated_s)

    def trusted_torque_Nm(self) -> NDArray[np.float64]:
        """The trusted controller's torques of the last tick, whoever proposed in its place."""
        return self._core.trusted_torque()

    def truth(self) -> dict[str, Any]:
        """What really is, as only a simulation knows it: for rewards and scores."""
        return self._core.truth()

    def gate(self) -> dict[str, Any]:
        """What the motion gate did in the ticks of the last `step`, and its report of the last tick."""
        return self._core.gate()

    @property
    def standing(self) -> bool:
        """Both feet are down and no step is under way."""
        return self._core.standing

    def finish(self) -> dict[str, Any]:
        """Closes the record and gives the run's figures (docs/scenarios.md)."""
        return json.loads(self._core.finish())


def run_scenario(
    scenario: Scenario,
    seed: int | None = None,
    record: str | os.PathLike[str] | None = None,
) -> dict[str, Any]:
    """Runs a scenario to its end and gives its figures: a dict with the file's keys, a path, or a shipped file's name.

    `seed` replaces the scenario's own; `record` keeps the run in an MCAP file.
    """
    episode = Episode(scenario, seed, record)
    while episode.step(100):
        pass
    return episode.finish()
