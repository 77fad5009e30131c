"""Sentences to plans, and what the plan gate says to plans."""

import json
from dataclasses import dataclass
from typing import Any

from . import _core
from .data import data_folder


@dataclass(frozen=True)
class Verdict:
    """What the plan gate says to a plan, and why."""

    status: str  #: "approved", "repaired", "ask" or "refused"
    rules: list[str]  #: ids in rules/plan
    reasons: dict[str, Any]  #: "en" and "zh"
    steps: list[dict[str, Any]]  #: what may run, with the gate's repairs; empty when refused
    registered: bool  #: False: the model may act only in simulation, for practice


def plan(text: str, world: str = "factory") -> dict[str, Any]:
    """The plan of a sentence, English or Chinese, over what a world holds; nothing moves.

    Gives {"plan": {"id", "model", "text", "steps"}, "confirm": bool}, or {"cannot": {"en", "zh"}}.
    """
    return json.loads(_core.plan(text, world, data_folder() / "worlds"))


def judge(plan: dict[str, Any], world: str = "factory", practice: bool = False) -> Verdict:
    """What the plan gate says to a plan when the robot stands where the world lets it begin.

    `plan` has the keys id, model, text, steps ([{"skill", "args"}]), as `plan()` gives them or as another model made
    them; `practice`: a model that is not registered may propose, for simulation.
    """
    message = json.dumps(plan, ensure_ascii=False)
    data = data_folder()
    answer = json.loads(_core.judge(message, world, data / "worlds", data / "rules", practice))
    verdict = answer["verdict"]
    return Verdict(status=verdict["status"], rules=verdict["rules"], reasons=verdict["reasons"],
                   steps=answer["steps"], registered=verdict["registered"])
