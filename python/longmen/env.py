"""Gymnasium environments: a velocity command, or joints, through the motion gate. docs/python.md has the figures."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from .robot import RobotModel
from .scenario import Episode

Observation = NDArray[np.float32]
Action = NDArray[np.float32]

_SETTLE_TICKS = 700  # longer than the stop ladder holds a robot that has just been armed
_BOUND = 100.0  # of observations, in their own units: a robot that falls stays within
_FALL_REWARD = -10.0


class _Env(gymnasium.Env[Observation, Action]):
    """What both environments share; a subclass says what an action is."""

    metadata = {"render_modes": []}
    _joint_commands = False

    def __init__(
        self,
        robot: str = "qinglong",
        duration_s: float = 20.0,
        ticks_per_step: int = 20,
        command: tuple[float, float, float] | None = None,
        speed_max: tuple[float, float, float] = (0.8, 0.3, 0.6),
        scenario: dict[str, Any] | None = None,
        render_mode: None = None,
    ) -> None:
        """`command`: velocity to reach (m/s ahead, m/s to the left, rad/s), drawn within `speed_max` if absent.

        `scenario`: further keys of docs/scenarios.md, such as terrain or pushes.
        """
        self.model = RobotModel(robot)
        self.render_mode = render_mode
        self.ticks_per_step = ticks_per_step
        self.speed_max = np.array(speed_max, float)
        self._fixed_command = command
        self._steps_max = round(1000.0 * duration_s / ticks_per_step)
        self._scenario = {
            **(scenario or {}),
            "robot": robot,
            "duration_s": duration_s + 0.001 * _SETTLE_TICKS + 1.0,
            "command": [[0, 0, 0, 0]],
        }
        na = self.model.na
        self.observation_space = gymnasium.spaces.Box(-_BOUND, _BOUND, (9 + 2 * na + 2 + 3,), np.float32)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (self._actions(),), np.float32)
        self._episode: Episode | None = None
        self.command = np.zeros(3)

    def _actions(self) -> int:
        raise NotImplementedError

    def _act(self, episode: Episode, action: NDArray[np.float64]) -> None:
        raise NotImplementedError

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None,
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        draw = self.np_random.uniform(-1.0, 1.0, 3) * self.speed_max
        self.command = draw if self._fixed_command is None else np.array(self._fixed_command, float)
        plant_seed = int(self.np_random.integers(1, 2**31))
        self._episode = Episode(self._scenario, plant_seed, joint_commands=self._joint_commands, timed=False)
        self._episode.step(_SETTLE_TICKS)
        self._steps = 0
        return self._observe(), self._info(self._episode.truth())

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        episode = self._running()
        self._act(episode, np.clip(np.asarray(action, float), -1.0, 1.0))
        episode.step(self.ticks_per_step)
        self._steps += 1
        truth = episode.truth()
        fell = bool(truth["fell"])
        reward = _FALL_REWARD if fell else self._reward(truth)
        return self._observe(), reward, fell, self._steps >= self._steps_max, self._info(truth)

    def _running(self) -> Episode:
        if self._episode is None:
            raise gymnasium.error.ResetNeeded("call reset() before step()")
        return self._episode

    def _reward(self, truth: dict[str, Any]) -> float:
        error = truth["velocity_H_m_s"][:2] - self.command[:2]
        turn_error = truth["yaw_rate_rad_s"] - self.command[2]
        return float(np.exp(-4.0 * error @ error) + 0.5 * np.exp(-4.0 * turn_error**2) - 2e-4 * truth["power_W"])

    def _observe(self) -> Observation:
        state = self._running().state()
        weight_N = 9.81 * self.model.mass_kg
        parts = (state["v_WB_B"], state["w_WB_B"], state["gravity_B"],
                 state["joint_position_rad"] - self.model.home_rad, state["joint_velocity_rad_s"],
                 state["foot_force_N"] / weight_N, self.command)
        return np.clip(np.concatenate(parts), -_BOUND, _BOUND).astype(np.float32)

    def _info(self, truth: dict[str, Any]) -> dict[str, Any]:
        episode = self._running()
        return {"gate": episode.gate(), "truth": truth}


class VelocityEnv(_Env):
    """The action is a velocity command: ahead, to the left, turning; the trusted controller walks."""

    def _actions(self) -> int:
        return 3

    def _act(self, episode: Episode, action: NDArray[np.float64]) -> None:
        episode.command(*(action * self.speed_max).tolist())


class JointsEnv(_Env):
    """The action is a position target for every joint; what the motors get is what the motion gate lets through."""

    _joint_commands = True

    def __init__(
        self,
        robot: str = "qinglong",
        reach_rad: float = 0.5,
        stiffness: float = 2.0,
        damping_ratio: float = 0.7,
        **options: Any,
    ) -> None:
        """A joint's stiffness is `stiffness` times its torque limit a radian, damped for its inertia at home."""
        super().__init__(robot, **options)
        self._reach_rad = reach_rad
        self._stiffness = stiffness * self.model.torque_max_Nm
        self._damping = 2.0 * damping_ratio * np.sqrt(self._stiffness * self.model.inertia_kg_m2)

    def _actions(self) -> int:
        return self.model.na

    def _act(self, episode: Episode, action: NDArray[np.float64]) -> None:
        target = np.clip(self.model.home_rad + self._reach_rad * action,
                         self.model.position_min_rad, self.model.position_max_rad)
        episode.propose(target, self._stiffness, self._damping)


class _ThreadedEnv(gymnasium.vector.VectorEnv[Observation, Action, NDArray[Any]]):
    """Many robots in one process, each stepped on a thread; the interpreter is free while they move.

    An episode that is over is reset in the next step, whose action it does not see (Gymnasium's NEXT_STEP).
    """

    metadata = {"render_modes": [], "autoreset_mode": gymnasium.vector.AutoresetMode.NEXT_STEP}
    _env: type[_Env]

    def __init__(self, num_envs: int = 1, threads: int | None = None, **options: Any) -> None:
        self.envs = [self._env(**options) for _ in range(num_envs)]
        self.num_envs = num_envs
        self.render_mode = None
        self.single_observation_space = self.envs[0].observation_space
        self.single_action_space = self.envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._pool = ThreadPoolExecutor(threads or num_envs)
        self._over = np.zeros(num_envs, bool)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None,
    ) -> tuple[Observation, dict[str, Any]]:
        seeds = seed if isinstance(seed, list) else [None if seed is None else seed + i for i in range(self.num_envs)]
        results = list(self._pool.map(lambda env, own: env.reset(seed=own), self.envs, seeds))
        self._over[:] = False
        return np.stack([r[0] for r in results]), self._infos([r[1] for r in results])

    def step(
        self, actions: Action,
    ) -> tuple[Observation, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        def one(env: _Env, action: Action, over: bool) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
            if not over:
                return env.step(action)
            observation, info = env.reset()
            return observation, 0.0, False, False, info

        results = list(self._pool.map(one, self.envs, actions, self._over))
        observations, rewards, terminated, truncated, infos = zip(*results)
        ended, cut = np.array(terminated), np.array(truncated)
        self._over = ended | cut
        return np.stack(observations), np.array(rewards), ended, cut, self._infos(list(infos))

    def _infos(self, infos: list[dict[str, Any]]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for index, info in enumerate(infos):
            merged = self._add_info(merged, info, index)
        return merged

    def close_extras(self, **kwargs: Any) -> None:
        self._pool.shutdown()


class ThreadedVelocityEnv(_ThreadedEnv):
    """Many VelocityEnv on threads."""

    _env = VelocityEnv


class ThreadedJointsEnv(_ThreadedEnv):
    """Many JointsEnv on threads."""

    _env = JointsEnv
