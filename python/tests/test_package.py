"""The package's promises: robots, scenarios, gates, records."""

import json
import pathlib

import numpy as np
import pytest

import longmen

ROBOTS = sorted(p.parent.name for p in (longmen.data_folder() / "robots").glob("*/robot.yaml"))
ROBOT = ROBOTS[0]
WALK = {"robot": ROBOT, "duration_s": 3, "command": [[1, 0.4, 0, 0]]}


@pytest.mark.parametrize("name", ROBOTS)
def test_soles_are_level_on_the_ground_and_mirrored_at_home(name):
    robot = longmen.RobotModel(name)
    poses = robot.forward_kinematics(robot.home_rad)
    left, right = poses["left_sole"], poses["right_sole"]
    assert left[2, 3] == pytest.approx(0, abs=2e-3)
    assert left[1, 3] == pytest.approx(-right[1, 3], abs=1e-6) and left[1, 3] > 0.03
    assert left[:3, 2] == pytest.approx([0, 0, 1], abs=0.02)


def test_turning_the_base_turns_every_pose_with_it():
    robot = longmen.RobotModel(ROBOT)
    there = robot.forward_kinematics(robot.home_rad, [1, 2, 3], [0, 0, np.sin(0.5), np.cos(0.5)])
    here = robot.forward_kinematics(robot.home_rad, [0, 0, 0])
    turn = there["base"] @ np.linalg.inv(here["base"])
    for role in here:
        assert there[role] == pytest.approx(turn @ here[role], abs=1e-9)


def test_limits_hold_home():
    robot = longmen.RobotModel(ROBOT)
    assert np.all(robot.position_min_rad <= robot.home_rad) and np.all(robot.home_rad <= robot.position_max_rad)
    assert np.all(robot.torque_max_Nm > 0) and np.all(robot.velocity_max_rad_s > 0)


@pytest.mark.parametrize("bad, says, code", [
    (lambda: longmen.RobotModel("nobody"), ROBOT, "not_found"),
    (lambda: longmen.RobotModel(ROBOT).forward_kinematics([0.0]), "one for each of", "invalid_argument"),
    (lambda: longmen.run_scenario({"robot": ROBOT, "duration": 3}), "duration_s", None),
    (lambda: longmen.run_scenario("nowhere.yaml"), "nowhere.yaml", None),
    (lambda: longmen.Record("nowhere.mcap"), "nowhere.mcap", "not_found"),
    (lambda: longmen.plan("walk", world="atlantis"), "factory", "not_found"),
    (lambda: longmen.MotionGate(ROBOT).check(torque_Nm=[1.0]), "torque_Nm", "invalid_argument"),
])
def test_bad_input_is_one_line_that_says_what_would_be_valid(bad, says, code):
    with pytest.raises(longmen.Error, match=says) as caught:
        bad()
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert code is None or caught.value.code == code


def test_a_scenario_gives_its_figures_and_the_same_bits_again():
    first = longmen.run_scenario(WALK, seed=3)
    assert first["seed"] == 3 and not first["fell"] and first["distance_m"] > 0.2
    assert longmen.run_scenario(WALK, seed=3)["state_hash"] == first["state_hash"]
    assert longmen.run_scenario(WALK, seed=4)["state_hash"] != first["state_hash"]


def test_commands_from_outside_are_the_scenarios_own():
    episode = longmen.Episode({"robot": ROBOT, "duration_s": 3}, seed=3)
    episode.step(1000)
    episode.command(0.4)
    while episode.step(100):
        pass
    assert episode.finish()["state_hash"] == longmen.run_scenario(WALK, seed=3)["state_hash"]
    with pytest.raises(longmen.Error):
        longmen.Episode(WALK).command(float("nan"))


def test_a_run_that_is_not_timed_is_the_same_run():
    episode = longmen.Episode(WALK, seed=3, timed=False)
    while episode.step(100):
        pass
    result, timed = episode.finish(), longmen.run_scenario(WALK, seed=3)
    assert result["state_hash"] == timed["state_hash"]
    assert result["tick_us"] is None and timed["tick_us"]["total"]["p50"] > 0


def test_a_joint_proposal_moves_the_joint_and_absurd_ones_never_reach_the_motors():
    robot = longmen.RobotModel(ROBOT)
    gains = 2 * robot.torque_max_Nm, 2 * 0.7 * np.sqrt(2 * robot.torque_max_Nm * robot.inertia_kg_m2)
    episode = longmen.Episode({"robot": ROBOT, "duration_s": 3}, joint_commands=True)
    episode.step(700)
    # The gate lets a posture through that is where the robot stands.
    episode.propose(episode.state()["joint_position_rad"], *gains)
    episode.step(20)
    assert episode.gate()["driven_ticks"] == 20
    episode.propose(np.full(robot.na, np.nan), *gains)
    episode.step(20)
    report = episode.gate()
    assert report["driven_ticks"] == 0 and report["source"] == "trusted" and report["rule"] == "finite"
    while episode.step(100):
        pass
    result = episode.finish()
    assert not result["fell"] and result["torque_limit_violations"] == 0
    with pytest.raises(longmen.Error, match="joint_commands"):
        longmen.Episode(WALK).propose(robot.home_rad, *gains)


def test_the_motion_gate_lets_a_safe_command_through_with_the_same_bits():
    gate = longmen.MotionGate(ROBOT)
    torque = 0.01 * gate.robot.torque_max_Nm
    verdict = gate.check(torque_Nm=torque)
    assert not verdict.changed and verdict.source == "proposal" and verdict.rule == "none"
    assert np.array_equal(verdict.safe["torque_Nm"], torque) and not verdict.change_Nm.any()


def test_the_motion_gate_says_what_it_changed_and_why():
    gate = longmen.MotionGate(ROBOT)
    torque = np.zeros(gate.robot.na)
    torque[0] = 1.5 * gate.robot.torque_max_Nm[0]
    verdict = gate.check(torque_Nm=torque)
    assert verdict.changed and verdict.joint == gate.robot.joint_names[0]
    assert abs(verdict.safe["torque_Nm"][0]) <= gate.robot.torque_max_Nm[0] + 1e-9
    assert verdict.change_Nm[0] < 0 and verdict.why and verdict.why_zh
    for absurd in (np.nan, np.inf, 1e9):
        verdict = gate.check(torque_Nm=np.full(gate.robot.na, absurd))
        assert verdict.source == "trusted" and np.isfinite(verdict.safe["torque_Nm"]).all()
    assert not gate.check(torque_Nm=0 * torque).changed  # and remembers nothing of them


def test_a_sentence_becomes_a_plan_that_the_gate_approves():
    answer = longmen.plan("walk to the workbench and point at the shelf")
    verdict = longmen.judge(answer["plan"])
    assert verdict.status == "approved" and verdict.registered
    assert [step["skill"] for step in verdict.steps] == [step["skill"] for step in answer["plan"]["steps"]]
    assert "en" in longmen.plan("make me a sandwich")["cannot"]


def test_the_plan_gate_refuses_with_its_rules():
    plan = {"id": "1", "model": "parser", "text": "", "steps": [{"skill": "walk_to", "args": {"place": "moon"}}]}
    verdict = longmen.judge(plan)
    assert verdict.status == "refused" and verdict.rules and verdict.reasons["en"] and not verdict.steps
    with pytest.raises(longmen.Error):
        longmen.judge({**plan, "extra": 1})


def test_a_record_reads_back_what_the_run_was(tmp_path: pathlib.Path):
    file = tmp_path / "walk.mcap"
    result = longmen.run_scenario(WALK, seed=3, record=file)
    record = longmen.Record(file)
    record.verify()
    assert record.info["seed"] == 3 and record.info["robot"] == ROBOT and record.info["complete"]
    assert json.loads(record.info["configuration"])["pilot"] == "stream"
    ticks = record.ticks(every=10)
    assert ticks["time_s"].shape == (300,) and ticks["time_s"][1] == pytest.approx(0.01)
    assert ticks["torque_Nm"].shape == (300, len(record.joint_names))
    walked = np.linalg.norm(ticks["p_WB"][-1, :2] - ticks["p_WB"][0, :2])
    assert walked == pytest.approx(result["distance_m"], abs=0.25)
    assert [e["velocity_H_m_s"][0] for e in record.events() if e["kind"] == "velocity_command"] == [0.0, 0.4]

    bytes_ = bytearray(file.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    file.write_bytes(bytes_)
    with pytest.raises(longmen.Error):
        longmen.Record(file).verify()
