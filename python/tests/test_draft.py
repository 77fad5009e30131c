"""A robot from its model alone: our own robots' models, drafted anew, and models that cannot become robots."""

import pathlib
import re

import pytest

import longmen
from longmen.conformance import conformance
from longmen.draft import DraftError, draft_robot

ROBOTS = longmen.data_folder() / "robots"
NAMES = sorted(p.parent.name for p in ROBOTS.glob("*/robot.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_model_alone_gives_the_roles_and_soles_that_a_person_wrote(name, tmp_path):
    draft_robot(ROBOTS / name / "model.xml", tmp_path / "drafted")
    drafted, written = longmen.RobotModel(tmp_path / "drafted"), longmen.RobotModel(name)
    assert drafted.mass_kg == pytest.approx(written.mass_kg, rel=1e-6)
    for role in ("base", "left_foot", "right_foot"):
        assert drafted.roles[role] == written.roles[role]
    assert set(drafted.joint_names) <= set(written.joint_names)
    assert drafted.home_height_m == pytest.approx(written.home_height_m, abs=0.06)
    order = [written.joint_names.index(joint) for joint in drafted.joint_names]
    assert drafted.torque_max_Nm == pytest.approx(written.torque_max_Nm[order])
    poses = drafted.forward_kinematics(drafted.home_rad)
    assert drafted.center_of_mass(drafted.home_rad)[0] == pytest.approx(
        poses["left_sole"][0, 3], abs=0.06)  # above the soles


@pytest.mark.parametrize("name", NAMES)
def test_the_drafted_robot_stands_walks_turns_and_takes_a_push(name, tmp_path):
    draft_robot(ROBOTS / name / "model.xml", tmp_path / "drafted")
    outcomes = list(conformance(tmp_path / "drafted", range(1, 2)))
    assert len(outcomes) == 5
    assert all(outcome.passed for outcome in outcomes), outcomes


LEG = """
<body name="{side}_thigh" pos="0 {y} 0"><inertial pos="0 0 -0.2" mass="{mass}" diaginertia="0.05 0.05 0.01"/>
 <joint name="{side}_hip_yaw" axis="0 0 1" range="-1 1" actuatorfrcrange="-100 100"/>
 <joint name="{side}_hip_roll" axis="1 0 0" range="-1 1" actuatorfrcrange="-100 100"/>
 <joint name="{side}_hip_pitch" axis="0 1 0" range="-2 2" actuatorfrcrange="-100 100"/>
 <body name="{side}_shank" pos="0 0 -0.4"><inertial pos="0 0 -0.2" mass="{mass}" diaginertia="0.05 0.05 0.01"/>
  <joint name="{side}_knee" axis="0 1 0" range="{knee}" actuatorfrcrange="-100 100"/>
  <body name="{side}_foot" pos="0 0 -0.4"><inertial pos="0 0 0" mass="{mass}" diaginertia="0.01 0.01 0.01"/>
   <joint name="{side}_ankle_pitch" axis="0 1 0" range="-1 1" {torque}/>
   <joint name="{side}_ankle_roll" axis="1 0 0" range="-1 1" actuatorfrcrange="-50 50"/>
   {sole}
  </body></body></body>"""
GOOD = {"mass": 2, "knee": "0 2.2", "torque": 'actuatorfrcrange="-50 50"',
        "sole": '<geom type="box" size="0.1 0.04 0.02" pos="0.03 0 -0.05"/>'}


def biped(**changes):
    right = {key: value for key, value in changes.items()}
    legs = [LEG.format(side=side, y=y, **{**GOOD, **right}) for side, y in (("left", 0.1), ("right", -0.1))]
    return ('<mujoco><compiler angle="radian" inertiafromgeom="false"/><worldbody><body name="pelvis" pos="0 0 0.9">'
            '<freejoint/><inertial pos="0 0 0.2" mass="20" diaginertia="1 1 0.5"/>'
            + "".join(legs) + "</body></worldbody></mujoco>")


def test_legs_alone_are_a_robot_and_walk(tmp_path):
    (tmp_path / "legs.xml").write_text(biped())
    draft_robot(tmp_path / "legs.xml", tmp_path / "legs")
    robot = longmen.RobotModel(tmp_path / "legs")
    assert robot.na == 12 and robot.roles["torso"] == "pelvis"
    walk = {"robot": str(tmp_path / "legs"), "duration_s": 6, "command": [[1, 0.3, 0, 0]]}
    assert not longmen.run_scenario(walk)["fell"]


@pytest.mark.parametrize("text, says", [
    ("<mujoco", "is no XML"),
    ("<sdf/>", "valid: <mujoco> .MJCF., <robot> .URDF."),
    (biped(sole=""), "has no shape"),
    (biped(sole='<geom type="sphere" size="0.01" pos="0 0 -0.05"/>'), "has no sole"),
    (biped(sole='<geom type="box" size="0.6 0.04 0.02" pos="0.03 0 -0.05"/>'), "foot is larger than the leg"),
    (biped(sole='<geom type="box" size="0.1 0.04 0.02" pos="0.3 0 -0.05"/>'), "not above its sole"),
    (biped(torque=""), "left_ankle_pitch.* no torque limit"),
    (biped(knee="-2 -0.1"), "left_knee.* outside its range|cannot stand"),
    (biped(mass=0), "mass"),
    (biped().replace('name="right_foot"', 'name="right_foot" quat="1 0 0 0"').replace('0 -0.1 0', '0 -0.2 0'),
     "mirror images"),
    (re.sub(r'<body name="right_thigh".*', "</body></worldbody></mujoco>", biped(), flags=re.S), "no limb on the right"),
    (biped().replace('axis="0 1 0" range="0 2.2"', 'axis="0 0 1" range="0 2.2"'), "2 joints about y"),
])
def test_a_model_that_cannot_walk_is_refused_in_one_line(text, says, tmp_path: pathlib.Path):
    (tmp_path / "model.xml").write_text(text)
    with pytest.raises(DraftError, match=says) as caught:
        draft_robot(tmp_path / "model.xml", tmp_path / "drafted")
    assert "\n" not in str(caught.value) and "model.xml" in str(caught.value)
    assert not (tmp_path / "drafted" / "robot.yaml").exists()


def test_a_robot_that_exists_is_not_written_over(tmp_path):
    (tmp_path / "robot.yaml").write_text("mine")
    with pytest.raises(DraftError, match="holds a robot already"):
        draft_robot(ROBOTS / NAMES[0] / "model.xml", tmp_path)
    assert (tmp_path / "robot.yaml").read_text() == "mine"
