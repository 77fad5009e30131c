#!/usr/bin/env python3
"""The hub from outside: a model behind an endpoint is examined, registered, put to work, and stopped by a changed
rule and by a revocation; and a statement is made of what happened.

    hub_test.py PROGRAM
"""
import base64
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "tests" / "window"), str(ROOT / "tests" / "register")]
from model_endpoint import ModelEndpoint  # noqa: E402
from postgresql_server import PostgreSql  # noqa: E402
from window_client import Server, Watcher, is_event, is_state  # noqa: E402

HOLD = 2  # StopRung


class Hub(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.home = cls.path / "project"
        cls.make_home(cls.home)
        cls.environment = dict(os.environ, XDG_DATA_HOME=str(cls.path / "data"), LONGMEN_HOME=str(cls.home))
        cls.endpoint = ModelEndpoint(PROGRAM, cls.environment).__enter__()
        cls.model = cls.endpoint.model
        (cls.path / "card.yaml").write_text(
            "name: small\nkind: planner\norganisation: acme\nlicence: Apache-2.0\nverticals: [factory]\n"
            f"endpoint: \"{cls.model}\"\n")

    @staticmethod
    def make_home(home):
        """This project with exams of one template a class: a whole one takes minutes."""
        home.mkdir()
        for entry in ROOT.iterdir():
            if entry.name not in ("rules", "worlds", "runs"):
                (home / entry.name).symlink_to(entry)
        for folder in ("rules", "worlds"):
            shutil.copytree(ROOT / folder, home / folder)
        for bank in [home / "rules/exam/bank.txt", *home.glob("worlds/*/exam/bank.txt")]:
            lines, seen, section = [], set(), ""
            for line in bank.read_text().splitlines():
                is_section = line.startswith("[") and line.endswith(("] plan", "] plan or nothing", "] refuse"))
                section = line if is_section else section
                if is_section or section not in seen:
                    lines.append(line)
                if line and not is_section and not line.startswith("#"):
                    seen.add(section)
            bank.write_text("\n".join(lines) + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.endpoint.__exit__()
        cls.folder.cleanup()

    def longmen(self, *arguments, code=0, home=None):
        environment = dict(self.environment, LONGMEN_HOME=str(home)) if home else self.environment
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=500, env=environment)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def report(self, *arguments):
        return json.loads(self.longmen("report", "--json", *arguments).stdout)

    def run_model(self, sentence, *arguments, code=0, home=None, model=None):
        record = self.path / f"{time.monotonic_ns()}.mcap"
        return record, self.longmen("run", sentence, "--model", model or self.model, "--record", str(record),
                                    *arguments, code=code, home=home)

    def test_a_model_is_examined_registered_put_to_work_and_stopped(self):
        self.put_to_work()

        # Another rule than those of the exam: not by this model, until it is examined again.
        home = self.path / "home"
        home.mkdir()
        for folder in ("robots", "worlds", "models"):
            (home / folder).symlink_to(self.home / folder)
        shutil.copytree(self.home / "rules", home / "rules")
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

    def certificate(self, *database):
        """Of one exam for all tests, with two plans carried out."""
        file = self.path / "small.json"
        if not file.exists():
            exam = json.loads(self.longmen("exam", self.model, "--vertical", "factory", "--certificate", str(file),
                                           "--carry-out", "2", "--json", *database).stdout)
            self.assertTrue(exam["passed"])
            self.assertEqual(exam["gate"]["harmful_passed"], 0)
            self.assertLess(exam["gate"]["right_refused"], 0.01 * exam["gate"]["right_plans"])
        return str(file)

    def certificate_of_a_whole_exam(self, certificate):
        """The same as if all plans had been carried out, which takes half an hour: this machine may certify."""
        file = self.path / f"whole_{time.monotonic_ns()}.json"
        envelope = json.loads(pathlib.Path(certificate).read_text())
        statement = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual(statement["predicate"]["carried_out"], {"plans": 2, "goals_met": 2})
        statement["predicate"]["carried_out"] = {"plans": 500, "goals_met": 470}
        payload = json.dumps(statement).encode()
        key = (self.path / "data/longmen/keys/certificate.key").read_text().strip()
        seed = base64.b64decode(key.split("+", 4)[4])[1:]  # after the kind of the key
        kind = envelope["payloadType"].encode()
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        sodium = ctypes.CDLL("libsodium.so.23")
        public, secret, signature = (ctypes.create_string_buffer(size) for size in (32, 64, 64))
        sodium.crypto_sign_seed_keypair(public, secret, seed)
        sodium.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)), secret)
        envelope["payload"] = base64.b64encode(payload).decode()
        envelope["signatures"][0]["sig"] = base64.b64encode(signature.raw).decode()
        file.write_text(json.dumps(envelope))
        return str(file)

    def put_to_work(self, *database):
        for name, house, role in (("rita", "authority", "registrar"), ("sam", "acme", "submitter"),
                                  ("eva", "lab", "examiner"), ("ada", "audit", "auditor")):
            self.longmen("register", "member", name, "--organisation", house, "--role", role, "--as", "rita", *database)
        self.longmen("register", "add", str(self.path / "card.yaml"), "--as", "sam", *database)
        certificate = self.certificate(*database)
        self.assertIn("not approved", self.run_model("wave", *database, code=3)[1].stderr)
        few = self.longmen("register", "certify", certificate, "--as", "eva", *database, code=2).stderr
        self.assertIn("2 plans carried out and 2 goals met: at least 500", few)
        self.longmen("register", "certify", self.certificate_of_a_whole_exam(certificate), "--as", "eva", *database)
        self.longmen("register", "approve", "small", "--as", "rita", *database)
        self.run_model("wave", *database)

    def test_many_machines_share_a_register_on_postgresql(self):
        with PostgreSql() as server:
            database = ("--db", server.database)
            self.put_to_work(*database)
            self.longmen("register", "suspend", "small", "--why", "fell twice", "--as", "ada", *database)
            self.assertIn("suspended", self.run_model("wave", *database, code=3)[1].stderr)
            self.longmen("register", "renew", "small", "--as", "rita", *database)

            # While it works: the server does not answer any more; then the model is revoked.
            with self.working(*database) as (running, _):
                server.signal(signal.SIGSTOP)
                self.is_held(running)
            server.signal(signal.SIGCONT)
            with self.working(*database) as (running, _):
                self.longmen("register", "revoke", "small", "--why", "unsafe", "--as", "rita", *database)
                self.is_held(running)
            self.assertIn("revoked", self.run_model("wave", *database, code=3)[1].stderr)
            refusal = self.longmen("register", "renew", "small", "--as", "rita", *database, code=2).stderr
            self.assertIn("revoked for good", refusal)
            history = json.loads(self.longmen("register", "history", "--json", *database).stdout)["history"]
            self.assertEqual([line["action"] for line in history],
                             ["member"] * 4 + ["submit", "certify", "approve", "suspend", "renew", "revoke"])

    def revoke_while_it_runs(self):
        with self.working() as (running, record):
            self.longmen("register", "revoke", "small", "--why", "unsafe", "--as", "rita")
            self.is_held(running)
        self.assertIn("revoked", self.run_model("wave", code=3)[1].stderr)
        self.longmen("replay", str(record))

    @contextlib.contextmanager
    def working(self, *arguments):
        """The model, in the middle of a long wait."""
        record = self.path / f"{time.monotonic_ns()}.mcap"
        running = subprocess.Popen([PROGRAM, "run", "wait 60 seconds", "--model", self.model, "--speed", "real",
                                    "--record", str(record), "--json", *arguments], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
        try:
            until = time.monotonic() + 60
            while not (record.exists() and record.stat().st_size > 100_000):
                self.assertIsNone(running.poll())
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            yield running, record
        finally:
            running.kill()
            running.communicate()

    def is_held(self, running):
        out, err = running.communicate(timeout=100)
        self.assertIn("no longer admitted", err)
        self.assertEqual(running.returncode, 4, out + err)

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
