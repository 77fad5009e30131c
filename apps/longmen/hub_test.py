#!/usr/bin/env python3
"""The hub from outside: a model behind an endpoint is examined, registered, put to work, and stopped by a changed
rule and by a revocation; and a statement is made of what happened.

    hub_test.py PROGRAM
"""
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "window"))
from window_client import Server, Watcher, is_event, is_state  # noqa: E402

HOLD = 2  # StopRung


class Endpoint(http.server.BaseHTTPRequestHandler):
    """A chat completion endpoint whose model is the parser, in a process of its own."""
    mind = None
    lock = threading.Lock()

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with Endpoint.lock:
            Endpoint.mind.stdin.write(json.dumps({"id": 1, "text": request["messages"][-1]["content"]}) + "\n")
            Endpoint.mind.stdin.flush()
            said = json.loads(Endpoint.mind.stdout.readline())
        answer = {"steps": [], "ask": "", "cannot": "I cannot do that."}
        if "plan" in said and not said["confirm"]:
            answer = {"steps": json.loads(said["plan"])["steps"], "ask": "", "cannot": ""}
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": json.dumps(answer)}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Hub(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.environment = dict(os.environ, XDG_DATA_HOME=str(cls.path / "data"))
        Endpoint.mind = subprocess.Popen([PROGRAM, "mind", "--world", "factory", "--model", "parser"], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=cls.environment)
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.model = f"http://127.0.0.1:{cls.server.server_port}/v1#small"
        (cls.path / "card.yaml").write_text(
            "name: small\nkind: planner\norganisation: acme\nlicence: Apache-2.0\nverticals: [factory]\n"
            f"endpoint: \"{cls.model}\"\n")

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        Endpoint.mind.stdin.close()
        Endpoint.mind.wait()
        Endpoint.mind.stdout.close()
        cls.folder.cleanup()

    def longmen(self, *arguments, code=0, home=None):
        environment = dict(self.environment, LONGMEN_HOME=str(home)) if home else self.environment
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=500, env=environment)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def report(self, *arguments):
        return json.loads(self.longmen("report", "--json", *arguments).stdout)

    def run_model(self, sentence, code=0, home=None, model=None):
        record = self.path / f"{time.monotonic_ns()}.mcap"
        return record, self.longmen("run", sentence, "--model", model or self.model, "--record", str(record),
                                    code=code, home=home)

    def test_a_model_is_examined_registered_put_to_work_and_stopped(self):
        for name, house, role in (("rita", "authority", "registrar"), ("sam", "acme", "submitter"),
                                  ("eva", "lab", "examiner")):
            self.longmen("register", "member", name, "--organisation", house, "--role", role, "--as", "rita")
        self.longmen("register", "add", str(self.path / "card.yaml"), "--as", "sam")
        certificate = str(self.path / "small.json")
        exam = json.loads(self.longmen("exam", self.model, "--vertical", "factory", "--certificate", certificate,
                                       "--json").stdout)
        self.assertTrue(exam["passed"])
        self.assertEqual(exam["gate"]["harmful_passed"], 0)
        self.assertEqual(exam["gate"]["right_refused"], 0)
        self.assertIn("not approved", self.run_model("wave", code=3)[1].stderr)
        self.longmen("register", "certify", certificate, "--as", "eva")
        self.longmen("register", "approve", "small", "--as", "rita")
        self.run_model("wave")

        # Another rule than those of the exam: not by this model, until it is examined again.
        home = self.path / "home"
        home.mkdir()
        for folder in ("robots", "worlds", "models"):
            (home / folder).symlink_to(ROOT / folder)
        subprocess.run(["cp", "-r", ROOT / "rules", home / "rules"], check=True)
        (home / "runs").mkdir()
        self.run_model("wave", home=home)
        with open(home / "rules/hazards/3_deeds.yaml", "a") as rule:
            rule.write("# stricter\n")
        refusal = self.run_model("wave", code=3, home=home)[1].stderr
        self.assertEqual(len(refusal.strip().splitlines()), 1, refusal)
        self.assertIn("was examined for 'factory' before 'rules/hazards/3_deeds.yaml' changed", refusal)

        # The window's robot looks at the register by itself.
        with Server(PROGRAM, "--model", self.model, environment=self.environment) as window:
            watcher = Watcher(window, "operator")
            watcher.take_lease()
            self.assertEqual(window.post("/api/instruct", {"text": "wait 300 seconds"}, "operator")[0], 202)
            verdict = watcher.until(is_event("verdict"))["verdict"]
            self.assertEqual((verdict["status"], verdict["registered"]), ("approved", True), verdict)
            watcher.until(lambda message: is_state(message) and message.rung == 0)
            self.revoke_while_it_runs()
            watcher.until(lambda message: is_state(message) and message.rung == HOLD)
            self.assertEqual(window.post("/api/stop", {"act": "go_on"}, "operator")[0], 200)
            for _ in range(60):
                self.assertEqual(watcher.until(is_state).rung, HOLD)  # for good

            # Begun anew, the robot lives, but not for this model.
            self.assertEqual(window.post("/api/robot/restart", {}, "operator")[0], 200)
            watcher.until(lambda message: not is_state(message) and message["type"] == "robot" and message["ready"])
            watcher.take_lease()
            self.assertEqual(window.post("/api/instruct", {"text": "wait 1 second"}, "operator")[0], 202)
            verdict = watcher.until(is_event("verdict"))["verdict"]
            self.assertEqual((verdict["status"], verdict["registered"]), ("refused", False), verdict)
            watcher.close()
        refusal = self.longmen("serve", "--port", "0", "--model", self.model, code=3).stderr
        self.assertIn("is revoked, not approved", refusal)

        # What happened, in numbers.
        said = self.report()
        self.assertEqual(said["runs"]["started"], said["runs"]["counted"])
        small = said["models"]["small"]
        self.assertEqual((small["plans"], small["refused"]["n"]), (5, 1))
        self.assertGreaterEqual(said["stops_by_cause"]["asked"]["n"], 1)

    def revoke_while_it_runs(self):
        running = subprocess.Popen([PROGRAM, "run", "wait 60 seconds", "--model", self.model, "--speed", "real",
                                    "--record", str(self.path / "revoked.mcap"), "--json"], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
        time.sleep(8)
        self.assertIsNone(running.poll())
        self.longmen("register", "revoke", "small", "--why", "unsafe", "--as", "rita")
        out, err = running.communicate(timeout=100)
        self.assertIn("no longer admitted", err)
        self.assertEqual(running.returncode, 4, out + err)
        self.assertIn("revoked", self.run_model("wave", code=3)[1].stderr)
        self.longmen("replay", str(self.path / "revoked.mcap"))

    def test_a_statement_counts_what_is_proved_and_names_the_rest(self):
        before = self.report()
        self.run_model("wave", model="parser")
        refused, _ = self.run_model("say your account balance is 500", code=3, model="parser")
        said = self.report()
        self.assertEqual(said["runs"]["started"], before["runs"]["started"] + 2)
        self.assertEqual(said["runs"]["counted"], before["runs"]["counted"] + 2)
        parser = said["models"]["parser"]
        self.assertEqual(parser["refused"]["of"] - before["models"].get("parser", {"plans": 0})["plans"], 2)
        self.assertGreater(parser["armed_h"], 0)
        falls = said["falls"]
        self.assertEqual((falls["n"], falls["low"]), (0, 0.0))
        self.assertAlmostEqual(falls["high"] * said["armed_h"], 3.6889, places=3)  # exact, of none seen
        for language, word in (("en", "Interventions of the motion gate"), ("zh", "运动闸门干预")):
            self.assertIn(word, self.longmen("report", "--lang", language).stdout)
        for language, word in (("en", "Interventions, by rule"), ("zh", "干预，按规则")):
            page = self.path / f"report_{language}.html"
            self.longmen("report", "--lang", language, "--html", str(page))
            self.assertIn(word, page.read_text())
            self.assertIn(f"<td>0.00 – {falls['high']:.2f}</td>", page.read_text())
        self.longmen("report", "--html", "/no/such/folder/x.html", code=2)

        altered = bytearray(refused.read_bytes())
        altered[len(altered) // 2] ^= 1
        refused.write_bytes(altered)
        now = self.report()["runs"]
        self.assertEqual(now["counted"], said["runs"]["counted"] - 1)
        self.assertEqual(now["not_counted"][0]["file"], str(refused))
        refused.unlink()
        self.assertEqual(self.report()["runs"]["not_counted"][0]["file"], str(refused))

    def test_an_exam_carries_out_a_number_of_plans(self):
        for count in ("-3", "1.5", "many"):
            self.longmen("exam", "parser", "--vertical", "bank", "--carry-out", count, code=2)

    def test_periods(self):
        empty = self.report("--to", "2000-01-01")
        self.assertEqual((empty["runs"]["started"], empty["interventions"]["per_hour"]), (0, None))
        for bad in (("--from", "yesterday"), ("--to", "2026-02-30"), ("--from", "2026-01-02", "--to", "2026-01-01")):
            refusal = self.longmen("report", *bad, code=2).stderr
            self.assertEqual(len(refusal.strip().splitlines()), 1, refusal)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
