"""Gymnasium's own checker, seeds, and what the gate says."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import longmen
import longmen.gym

ROBOT = sorted(p.parent.name for p in (longmen.data_folder() / "robots").glob("*/robot.yaml"))[0]
NAMES = ["longmen/Velocity-v0", "longmen/Joints-v0"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("error:.*:UserWarning:gymnasium")
def test_gymnasiums_checker_has_no_complaint(name):
    check_env(gymnasium.make(name, robot=ROBOT).unwrapped, skip_render_check=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_and_actions_give_the_same_bits(name):
    def run(seed):
        env = gymnasium.make(name, robot=ROBOT)
        env.action_space.seed(1)
        seen = [env.reset(seed=seed)[0]]
        for _ in range(20):
            seen.append(env.step(0.2 * env.action_space.sample())[0])
        return np.stack(seen)

    assert np.array_equal(run(5), run(5))
    assert not np.array_equal(run(5), run(6))


def test_a_velocity_command_is_walked_and_rewarded():
    env = gymnasium.make("longmen/Velocity-v0", robot=ROBOT, command=(0.4, 0, 0), duration_s=5)
    env.reset(seed=2)
    rewards, over = [], False
    while not over:
        _, reward, fell, over, info = env.step(np.array([0.5, 0, 0], np.float32))
        assert not fell
        rewards.append(reward)
    assert len(rewards) == 250
    assert np.mean(rewards[150:]) > rewards[0] + 0.1
    assert info["truth"]["velocity_H_m_s"][0] == pytest.approx(0.4, abs=0.25)
    assert info["gate"]["armed"] and info["gate"]["rung"] == "none"


def test_joint_targets_drive_through_the_gate_until_it_takes_over():
    env = gymnasium.make("longmen/Joints-v0", robot=ROBOT)
    env.reset(seed=2)
    _, _, _, _, info = env.step(np.zeros(env.action_space.shape, np.float32))
    assert info["gate"]["driven_ticks"] == 20
    driven, changed, fell = 0, 0, False
    for _ in range(100):
        _, reward, fell, _, info = env.step(env.action_space.sample())
        driven += info["gate"]["driven_ticks"]
        changed += info["gate"]["changed_ticks"]
        if fell:
            break
    assert driven > 0 and changed > 0
    assert info["gate"]["change_Nm"].shape == env.action_space.shape
    if fell:
        assert reward == -10.0


def test_many_robots_on_threads_are_the_robots_one_by_one():
    many = gymnasium.make_vec("longmen/Velocity-v0", num_envs=2, robot=ROBOT, duration_s=0.4)
    singles = [gymnasium.make("longmen/Velocity-v0", robot=ROBOT, duration_s=0.4) for _ in range(2)]
    seen, infos = many.reset(seed=9)
    alone = [env.reset(seed=9 + i)[0] for i, env in enumerate(singles)]
    assert np.array_equal(seen, np.stack(alone)) and infos["gate"]["armed"].all()
    action = np.array([0.5, 0, 0], np.float32)
    for step in range(20):
        seen, reward, ended, cut, _ = many.step(np.stack([action] * 2))
        results = [env.step(action) for env in singles]
        assert np.array_equal(seen, np.stack([r[0] for r in results]))
        assert reward == pytest.approx([r[1] for r in results])
    assert cut.all() and not ended.any()
    many.step(np.stack([action] * 2))  # resets
    many.close()
