#!/usr/bin/env python3
"""A model behind an endpoint sees what became of its plan, and plans anew: refused, or failed on the way.

    replan_test.py PROGRAM
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "window"))
from model_endpoint import Endpoint  # noqa: E402
from window_client import Server, Watcher, is_event  # noqa: E402

SECRET = [{"skill": "say", "args": {"text": "your account balance is 500"}}]  # privacy.data
WAVE = [{"skill": "wave", "args": {}}]


class ScriptedModel(Endpoint):
    """Says one list of steps (or text) after another; `heard` is what it was told last, each time."""

    name = "scripted"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heard = []

    def say(self, text):
        self.heard.append(text)
        said = self.answers.pop(0) if self.answers else "nothing more"
        return said if isinstance(said, str) else json.dumps({"steps": said, "ask": "", "cannot": ""})


def outcome(words):
    """The data in what the model was told."""
    return json.loads(words[words.index("{"):words.rindex("}") + 1])


class Replan(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.record = pathlib.Path(self.folder.name) / "run.mcap"

    def run_model(self, model, code, *arguments, text="greet me"):
        done = subprocess.run([PROGRAM, "run", text, "--model", model.model, "--practice", "--json", "--record",
                               str(self.record), *arguments], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def rules_of(self, run):
        return [[rule for rule in proposal["verdict"]["rules"] if rule != "plan.unregistered"]
                for proposal in run["proposals"]]

    def test_refused_then_good(self):
        with ScriptedModel(SECRET, WAVE) as model:
            run = self.run_model(model, 0)
        self.assertTrue(run["goal_met"])
        self.assertEqual(run["plan"], WAVE)
        self.assertEqual(self.rules_of(run), [["privacy.data"], []])
        self.assertEqual([proposal["cause"] for proposal in run["proposals"]], [None, "refused: privacy.data"])
        self.assertEqual([len(proposal["receipts"]) for proposal in run["proposals"]], [0, 1])
        refused = outcome(model.heard[1])["refused"]
        self.assertEqual(refused[0]["rule"], "privacy.data")
        self.assertTrue(refused[0]["why"])
        replay = subprocess.run([PROGRAM, "replay", self.record], capture_output=True, text=True, timeout=300)
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
        why = subprocess.run([PROGRAM, "why", self.record, "--at", "2"], capture_output=True, text=True, timeout=60)
        self.assertIn("the one before: refused: privacy.data", why.stdout)

    def test_refused_for_ever(self):
        with ScriptedModel(*[SECRET] * 9) as model:
            run = self.run_model(model, 3)
        self.assertEqual(self.rules_of(run), [["privacy.data"]] * 3)
        self.assertEqual(len(model.heard), 3)
        self.assertEqual((run["verdict"]["status"], run["receipts"]), ("refused", []))

    def test_garbage_on_the_second_turn(self):
        with ScriptedModel(SECRET, "{]") as model:
            run = self.run_model(model, 3)
        self.assertEqual(self.rules_of(run), [["privacy.data"], ["agent.cannot"]])
        self.assertIn("privacy.data", run["verdict"]["rules"])  # the gate's word stands

    def test_what_the_gate_refuses_for_the_model_is_not_asked_again(self):
        with ScriptedModel(SECRET, WAVE) as model:
            done = subprocess.run([PROGRAM, "run", "greet me", "--model", model.model, "--json"], capture_output=True,
                                  text=True, timeout=60)
        self.assertEqual((done.returncode, len(model.heard)), (3, 0), done.stderr)

    def test_a_step_fails_then_another_plan_reaches(self):
        # No arm points at the floor that the robot stands on.
        with ScriptedModel([{"skill": "point_at", "args": {"target": "home"}}],
                           [{"skill": "walk_to", "args": {"place": "pallet"}}]) as model:
            run = self.run_model(model, 0, text="show me where you start, or go to the pallet")
        self.assertTrue(run["goal_met"])
        self.assertLess(run["position_error_m"], 0.1)
        self.assertEqual([proposal["receipts"][0]["state"] for proposal in run["proposals"]], ["failed", "done"])
        self.assertEqual(run["proposals"][1]["cause"], "step 1 failed: it did not come close enough")
        failed = outcome(model.heard[1])["failed"]
        self.assertEqual((failed["step"], failed["skill"]), (1, "point_at"))
        replay = subprocess.run([PROGRAM, "replay", self.record], capture_output=True, text=True, timeout=300)
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)

    def test_on_the_page(self):
        with ScriptedModel(SECRET, WAVE, SECRET, "no plan") as model, \
                Server(PROGRAM, "--model", model.model, "--practice") as window:
            watcher = Watcher(window, "operator")
            watcher.take_lease()
            status, answer = window.post("/api/instruct", {"text": "greet me"}, "operator")
            self.assertEqual(status, 202, answer)
            first = watcher.until(is_event("verdict", request=answer["request"]))["verdict"]
            self.assertEqual((first["status"], first["cause"]), ("refused", ""))
            second = watcher.until(is_event("verdict"))["verdict"]
            self.assertEqual((second["status"], second["cause"]), ("approved", "refused: privacy.data"))
            watcher.until(is_event("plan_ended", detail=0))
            # The model gives up: the page is told.
            self.assertEqual(window.post("/api/instruct", {"text": "greet me"}, "operator")[0], 202)
            watcher.until(is_event("verdict"))
            said = watcher.until(lambda message: isinstance(message, dict) and message["type"] == "mind")
            self.assertIn("en", said["cannot"])
            actions = window.get("/api/audit", "safety_officer")[1]["actions"]
            self.assertEqual([a["detail"] for a in actions if a["action"] == "replan"], ["refused: privacy.data"])
            watcher.close()


if __name__ == "__main__":
    os.environ.setdefault("XDG_DATA_HOME", tempfile.mkdtemp())
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
