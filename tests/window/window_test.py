#!/usr/bin/env python3
"""The window from outside: `longmen serve` as a process, by HTTP and WebSocket.   window_test.py PROGRAM"""
import base64
import hashlib
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

from window_client import ROOT, Server, Watcher, is_event, is_state

PROGRAM = sys.argv.pop(1)
ROLES = ("operator", "safety_officer", "registrar")
SECRET = "walk to the shelf, my secret friend"


class Window(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(PROGRAM).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.end()

    def test_the_page_comes_with_headers_that_keep_others_out(self):
        status, page = self.server.ask("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn(b"Longmen", page)
        self.assertIn("default-src 'none'", self.server.headers["Content-Security-Policy"])
        self.assertEqual(self.server.headers["X-Content-Type-Options"], "nosniff")
        for reference in re.findall(rb'(?:src|href)="([^"#]+)"', page):
            self.assertTrue(reference.startswith(b"./"), reference)  # nothing from elsewhere
            self.assertEqual(self.server.ask("GET", "/" + reference.decode()[2:])[0], 200)

    def test_paths_outside_the_page_are_not_there(self):
        for path in ("/../CMakeLists.txt", "/%2e%2e/CMakeLists.txt", "/assets/../../package.json", "//etc/passwd",
                     "/api/nothing", "/api/plans/x/confirm", "/api/plans/99999999999999999999999/confirm"):
            self.assertEqual(self.server.get(path)[0], 404, path)

    def test_every_described_operation_answers_as_described(self):
        status, description = self.server.get("/api/openapi.json")
        self.assertEqual(status, 200)
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                address = path.replace("{id}", "1")
                for role in (None, *ROLES):
                    if path == "/api/robot/restart" and role == "operator":
                        continue
                    status, answer = self.server.ask(method.upper(), address,
                                                     {"nonsense": 1} if method == "post" else None, role)
                    self.assertIn(str(status), operation["responses"], f"{method} {address} {role}: {answer}")
                    self.assertLess(status, 500, path)
                    if role is None and "x-roles" in operation:
                        self.assertEqual(status, 401, path)
                    if role and "x-roles" in operation and role not in operation["x-roles"]:
                        self.assertEqual(status, 403, path)

    def test_what_breaks_a_bound_is_refused_and_the_next_request_is_served(self):
        self.assertEqual(self.server.post("/api/instruct", "x" * 70000, "operator")[0], 413)
        self.assertEqual(self.server.get("/", Cookie="x" * 9000)[0], 431)
        for body in ("{", b'{"text": "\xff"}', {"text": "a\u0000"}, {"text": "a" * 2001}):
            self.assertEqual(self.server.ask("POST", "/api/instruct", body, "operator")[0], 400)
        self.assertEqual(self.server.post("/api/stop", {"act": "fly"}, "operator")[0], 400)
        self.assertEqual(self.server.post("/api/instruct", "{}", "operator", Content_Type="text/plain")[0], 415)
        with socket.create_connection(("127.0.0.1", self.server.port)) as raw:
            raw.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            self.assertIn(b"400", raw.recv(4096))
        self.assertEqual(self.server.ask("GET", "/api/health")[0], 200)

    def test_foreign_hosts_and_pages_and_forged_tokens_are_refused(self):
        self.assertEqual(self.server.get("/", Host="evil.example")[0], 403)
        self.assertEqual(self.server.get("/api/me", Authorization="Bearer " + 64 * "0")[0], 401)
        self.assertEqual(self.server.get("/api/me", Cookie="longmen=" + 64 * "0")[0], 401)
        self.assertEqual(self.server.post("/api/comments", {"about": "robot", "text": "x"},
                                          Origin="http://evil.example")[0], 403)
        self.assertEqual(Watcher(self.server, Origin="http://evil.example").status, 403)
        self.assertEqual(Watcher(self.server, Authorization="Bearer forged").status, 401)

    def test_a_browsers_session_needs_its_csrf_word(self):
        status, me = self.server.post("/api/login", {"token": self.server.tokens["operator"]})
        self.assertEqual((status, me["role"]), (200, "operator"))
        set_cookie = self.server.headers["Set-Cookie"]
        self.assertIn("HttpOnly", set_cookie)
        self.assertIn("SameSite=Strict", set_cookie)
        cookie = set_cookie.split(";")[0]
        ask = {"act": "hold"}
        self.assertEqual(self.server.post("/api/stop", ask, Cookie=cookie)[0], 403)
        self.assertEqual(self.server.post("/api/stop", ask, Cookie=cookie, X_CSRF=me["csrf"])[0], 200)
        self.assertEqual(self.server.post("/api/stop", {"act": "go_on"}, Cookie=cookie, X_CSRF=me["csrf"])[0], 200)
        self.server.post("/api/logout", {}, Cookie=cookie, X_CSRF=me["csrf"])
        self.assertEqual(self.server.get("/api/me", Cookie=cookie)[0], 401)
        self.assertEqual(self.server.post("/api/logout", {}, Cookie=cookie)[0], 200)  # a page that comes back late
        self.assertIn("Max-Age=0", self.server.headers["Set-Cookie"])
        self.assertEqual(self.server.post("/api/login", {"token": self.server.tokens["operator"]}, Cookie=cookie)[0], 200)

    def test_a_comment_is_shown_only_when_a_registrar_says_so(self):
        script = "<script>alert('stored')</script>"
        status, answer = self.server.post("/api/comments", {"about": "rule:torque", "text": script})
        self.assertEqual(status, 202)
        self.assertNotIn(script, json.dumps(self.server.get("/api/comments")[1]))
        moderate = f"/api/comments/{answer['id']}/moderate"
        self.assertEqual(self.server.post(moderate, {"shown": True}, "operator")[0], 403)
        self.assertEqual(self.server.post(moderate, {"shown": True}, "registrar")[0], 200)
        self.assertIn(script, [c["text"] for c in self.server.get("/api/comments")[1]["comments"]])
        self.assertEqual(self.server.headers["Content-Type"], "application/json")  # text, never markup
        self.assertEqual(self.server.post(moderate, {"shown": False}, "registrar")[0], 200)

    def register(self, *arguments):
        return subprocess.run([PROGRAM, "register", *arguments], check=True, capture_output=True, text=True).stdout

    def test_a_rule_change_is_proposed_voted_on_and_answered(self):
        for name, role in (("rita", "registrar"), ("ada", "auditor")):
            self.register("member", name, "--organisation", "authority", "--role", role, "--as", "rita")
        script = "<script>alert('proposed')</script>"
        rule = next(iter(self.server.get("/api/session")[1]["rules"]))
        proposal = {"rule": rule, "text": script, "reason": "it is too strong"}
        self.assertEqual(self.server.post("/api/proposals", dict(proposal, rule="no_such_rule"))[0], 404)
        self.assertEqual(self.server.post("/api/proposals", {"rule": rule, "text": "x"})[0], 400)
        status, answer = self.server.post("/api/proposals", proposal)
        self.assertEqual(status, 202)
        path = f"/api/proposals/{answer['id']}"

        def mine(role=None):
            shown = self.server.get("/api/proposals", role)[1]["proposals"]
            return next((p for p in shown if p["id"] == answer["id"]), None)

        self.assertIsNone(mine())
        mark = mine("registrar")["mark"]
        ballot = self.register("vote", mark, "for", "--as", "ada").strip()
        self.assertEqual(self.server.post(path + "/vote", {"ballot": ballot})[0], 404)  # not shown yet
        moderate = f"/api/comments/{answer['id']}/moderate"
        self.assertEqual(self.server.post(moderate, {"shown": True}, "registrar")[0], 200)
        self.assertEqual(mine()["text"], script)
        comments = self.server.get("/api/comments", "registrar")[1]["comments"]
        self.assertNotIn(answer["id"], [c["id"] for c in comments])

        votes = ((ballot, 200, (1, 0)), (ballot.replace(" for ", " against "), 403, (1, 0)),
                 (self.register("vote", mark, "for", "--as", "zoe").strip(), 403, (1, 0)), ("yes", 403, (1, 0)),
                 (self.register("vote", mark, "against", "--as", "ada").strip(), 200, (0, 1)))
        for line, status, counts in votes:
            self.assertEqual(self.server.post(path + "/vote", {"ballot": line})[0], status, line)
            self.assertEqual((mine()["for"], mine()["against"]), counts, line)

        self.assertEqual(self.server.post(path + "/vote", {"ballot": ballot})[0], 409)  # an old one, brought again
        self.assertEqual((mine()["for"], mine()["against"]), (0, 1))

        decline = {"answer": "declined", "why": "not measured"}
        self.assertEqual(self.server.post(path + "/answer", decline, "operator")[0], 403)
        self.assertEqual(self.server.post(path + "/answer", decline, "registrar")[0], 200)
        self.assertEqual(self.server.post(path + "/answer", decline, "registrar")[0], 409)
        self.assertEqual(self.server.post(path + "/vote", {"ballot": ballot})[0], 409)
        self.assertEqual((mine()["answer"]["accepted"], mine()["answer"]["why"]), (False, "not measured"))
        done = [(a["action"], a["detail"]) for a in self.server.get("/api/audit", "safety_officer")[1]["actions"]]
        for action in (("propose", rule), ("vote", f"{answer['id']} ada against"),
                       ("answer", f"{answer['id']} declined")):
            self.assertIn(action, done)

    def test_the_audit_log_is_for_the_safety_officer(self):
        self.server.post("/api/instruct", {"text": "dance"})
        status, audit = self.server.get("/api/audit", "safety_officer")
        self.assertEqual(status, 200)
        self.assertTrue(any(a["action"] == "/api/instruct" and a["status"] == 403 for a in audit["actions"]))

    def test_an_entry_of_the_log_is_proved_and_the_public_gets_only_its_hash(self):
        def node(left, right):
            return hashlib.sha256(b"\x01" + left + right).digest()

        def root_of(leaf, index, size, path):  # RFC 9162, 2.1.3.2
            last = size - 1
            for sibling in path:
                if index % 2 or index == last:
                    leaf = node(sibling, leaf)
                    while index % 2 == 0 and index:
                        index, last = index // 2, last // 2
                else:
                    leaf = node(leaf, sibling)
                index, last = index // 2, last // 2
            return leaf

        log = self.server.get("/api/incidents", "operator")[1]["log"]
        for number in range(max(0, log["entries"] - 5), log["entries"]):
            status, proof = self.server.get(f"/api/log/{number}/proof", "operator")
            self.assertEqual(status, 200)
            _, size, root = proof["note"].split("\n")[:3]
            leaf = hashlib.sha256(b"\x00" + proof["leaf"].encode()).digest()
            path = [base64.b64decode(one) for one in proof["hashes"]]
            self.assertEqual(root_of(leaf, number, int(size), path), base64.b64decode(root))
            seen = self.server.get(f"/api/log/{number}/proof")[1]
            self.assertNotIn("leaf", seen)
            self.assertEqual(base64.b64decode(seen["leaf_hash"]), leaf)
        self.assertEqual(self.server.get(f"/api/log/{log['entries'] + 1000}/proof")[0], 404)
        for incident in self.server.get("/api/incidents")[1]["incidents"]:
            self.assertNotIn("record", incident)
            self.assertTrue(all("text" not in step for step in incident["steps"]))

    def test_a_moment_is_explained_and_the_public_sees_no_sentence(self):
        tick = 500
        until = time.monotonic() + 60
        said = {}
        while len(said) < 2 and time.monotonic() < until:  # the record's chunk, and the public's delay
            time.sleep(1)
            for role in ("operator", None):
                status, why = self.server.get(f"/api/moments/{tick}/why", role)
                if status == 200:
                    said[role] = why
        links = {role: {link["link"] for link in why["chain"]} for role, why in said.items()}
        self.assertEqual(said["operator"]["tick"], tick)
        self.assertNotIn("file", said["operator"])
        self.assertTrue({"torque", "gate", "step", "verdict", "sentence"} <= links["operator"])
        self.assertTrue({"torque", "gate"} <= links[None])
        self.assertTrue({"sentence", "inputs", "verdict", "step"}.isdisjoint(links[None]))
        self.assertEqual(self.server.get("/api/moments/99999999999/why", "operator")[0], 404)

    def test_everybody_reads_the_figures_and_only_operators_the_names_of_files(self):
        for role in (None, "operator"):
            status, report = self.server.get("/api/statistics/0", role)
            self.assertEqual(status, 200, report)
            self.assertLessEqual(report["interventions"].get("low") or 0, report["interventions"]["per_hour"] or 0)
            self.assertEqual(isinstance(report["runs"]["not_counted"], int), role is None)
        self.assertNotIn(".mcap", json.dumps(self.server.get("/api/statistics/0")[1]))
        self.assertEqual(self.server.get("/api/statistics/2")[0], 404)

    def test_garbage_on_the_websocket_closes_it_and_nothing_else(self):
        for garbage in (b"no json", b"[]", b'{"type": 1}', b'{"type": "fly"}', b"x" * 2000,
                        b'{"type": "drive"}', b'{"type": "drive", "v": [0.1], "w": 0}',
                        b'{"type": "drive", "v": ["1", 0], "w": 0}', b'{"type": "drive", "v": [1e99, 0], "w": 0}',
                        b'{"type": "drive", "v": [0, 0], "w": null}', b'{"type": "drive", "v": [NaN, 0], "w": 0}'):
            watcher = Watcher(self.server, "operator")
            watcher.until(is_state)
            watcher.send(garbage)
            with self.assertRaises((ConnectionError, OSError)):
                watcher.until(lambda message: False, 10)
        for wish in ({"type": "take_lease"}, {"type": "drive", "v": [0, 0], "w": 0}):
            public = Watcher(self.server)
            public.send(wish)
            with self.assertRaises((ConnectionError, OSError)):
                public.until(lambda message: False, 10)
        self.assertEqual(self.server.get("/api/health")[1]["robot"], True)


class Mission(unittest.TestCase):
    def test_a_sentence_is_done_the_public_sees_no_words_and_the_record_replays(self):
        with Server(PROGRAM) as server:
            record = server.get("/api/session", "operator")[1]["record"]
            self.assertNotIn("record", server.get("/api/session")[1])
            public = Watcher(server)
            driver = Watcher(server, "operator")
            self.assertEqual(server.post("/api/instruct", {"text": "wave"}, "operator")[0], 409)  # disarmed
            driver.take_lease()
            other = Watcher(server, "operator")
            other.send({"type": "take_lease"})
            lease = other.until(lambda m: not is_state(m) and m["type"] == "lease")
            self.assertEqual((lease["mine"], lease["why"]), (False, "held by another"))

            status, cannot = server.post("/api/instruct", {"text": SECRET}, "operator")
            self.assertEqual(status, 200)
            self.assertIn("cannot", cannot)
            status, answer = server.post("/api/instruct", {"text": "say hi", "key": "greeting 1"}, "operator")
            self.assertEqual(status, 202, answer)
            verdict = driver.until(is_event("verdict", request=answer["request"]))["verdict"]
            self.assertEqual((verdict["status"], verdict["text"]), ("approved", "say hi"))
            speech = driver.until(is_event("speech"))
            self.assertEqual(speech["text"], "hi")
            status, sound = server.get(f"/api/speech/{speech['n']}", "operator")
            self.assertEqual((status, server.headers["Content-Type"], sound[:4]), (200, "audio/wav", b"RIFF"))
            self.assertGreater(len(sound), 8000)
            self.assertEqual(server.get(f"/api/speech/{speech['n']}", "operator")[1], sound)
            for number in (0, speech["n"] - 1, speech["n"] + 1000, 2**64 - 1):  # no speech
                self.assertEqual(server.get(f"/api/speech/{number}", "operator")[0], 404, number)
            driver.until(is_event("plan_ended", detail=0))
            status, again = server.post("/api/instruct", {"text": "say hi", "key": "greeting 1"}, "operator")
            repeated = driver.until(is_event("verdict", request=again["request"]))["verdict"]
            self.assertTrue(repeated["repeated"])
            self.assertEqual([receipt["key"] for receipt in repeated["receipts"]], ["greeting 1/1"])
            self.assertEqual(repeated["receipts"][0]["state"], "ended")  # nobody hears what was said
            status, other = server.post("/api/instruct", {"text": "wave", "key": "greeting 1"}, "operator")
            refused = driver.until(is_event("verdict", request=other["request"]))["verdict"]
            self.assertEqual((refused["status"], refused["reasons"][0]["rule"]), ("refused", "plan.key"))

            seen = public.until(is_event("verdict"))
            self.assertNotIn("say hi", json.dumps(seen))
            self.assertNotIn("text", seen["verdict"])
            self.assertNotIn("say hi", json.dumps(server.get("/api/events")[1]))
            public.until(is_event("speech"))
            self.assertEqual(server.get(f"/api/speech/{speech['n']}")[0], 200)  # it was said aloud
            self.assertIn("say hi", json.dumps(server.get("/api/events", "operator")[1]))

            driver.send({"type": "stop"})
            driver.until(lambda m: is_state(m) and m.emergency == 1 and m.rung >= 2)
            words = server.end()
        self.assertIn("closing", words)
        replay = subprocess.run([PROGRAM, "replay", record], capture_output=True, text=True)
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
        self.assertIn("every bit is the same", replay.stdout)
        pathlib.Path(record).unlink()

    def test_a_page_that_closes_disarms_the_robot(self):
        with Server(PROGRAM) as server:
            driver = Watcher(server, "operator")
            driver.take_lease()
            driver.close()
            officer = Watcher(server, "safety_officer")
            officer.until(lambda m: is_state(m) and m.armed == 0 and m.rung >= 2)
            record = server.get("/api/session", "operator")[1]["record"]
            self.assertEqual(server.post("/api/robot/restart", {}, "operator")[0], 200)
            officer.until(lambda m: not is_state(m) and m["type"] == "robot" and m["ready"])
            second = server.get("/api/session", "operator")[1]["record"]
            self.assertNotEqual(record, second)
        for file in (record, second):
            pathlib.Path(file).unlink()

    def test_a_thousand_idle_sockets_and_a_reader_that_sleeps_disturb_nobody(self):
        with Server(PROGRAM) as server:
            driver = Watcher(server, "operator")
            sleeper = Watcher(server, "operator", receive_buffer=4096)  # never read from
            idle = []
            for _ in range(1000):
                try:
                    idle.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                except OSError:
                    break
            first = driver.until(is_state)
            last = driver.until(lambda m: is_state(m) and m.tick > first.tick + 2000)
            self.assertGreater(last.tick, first.tick)
            for connection in idle:
                connection.close()
            until = time.monotonic() + 30
            status = 0
            while status != 200 and time.monotonic() < until:
                try:
                    status = server.get("/api/health")[0]
                except OSError:
                    time.sleep(0.2)
            self.assertEqual(status, 200)
            self.assertGreater(server.metric("http_connections_refused_total"), 0)
            driver.until(lambda m: is_state(m) and m.tick > last.tick + 6000)
            self.assertGreater(server.metric("states_dropped_total"), 0)
            sleeper.close()
            record = server.get("/api/session", "operator")[1]["record"]
        pathlib.Path(record).unlink()


class Quiz(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = (ROOT / "rules" / "quiz" / "operators.yaml").read_text(encoding="utf-8")
        cls.right = set(re.findall(r'options:\n +- {en: "([^"]+)"', text))  # stand first in the file
        assert len(cls.right) >= 20

    def hand_in(self, server, known, **headers):
        """Draws a sheet and answers it, the first `known` of its questions right."""
        status, sheet = server.post("/api/quiz", {}, **headers)
        self.assertEqual(status, 200, sheet)
        answers = ""
        for question in sheet["questions"]:
            words = [option["en"] for option in question["options"]]
            right = next(i for i, word in enumerate(words) if word in self.right)
            answers += str(right if len(answers) < known else (right + 1) % len(words))
        paper = {"sheet": sheet["sheet"], "answers": answers}
        return paper, server.post("/api/quiz/answer", paper, **headers)

    def test_by_default_passing_gives_no_role(self):
        with Server(PROGRAM) as server:
            self.assertEqual(server.get("/api/quiz")[1], {"questions": 10, "right_min": 9, "makes_operators": False})
            _, (status, mark) = self.hand_in(server, 10)
            self.assertEqual((status, mark), (200, {"right": 10, "of": 10, "passed": True, "role": "public"}))
            self.assertNotIn("Set-Cookie", server.headers)

    def test_who_passes_drives_until_the_session_or_the_quiz_ends(self):
        with Server(PROGRAM, "--operators-by-quiz") as server:
            self.assertEqual(server.post("/api/quiz", {}, Origin="http://evil.example")[0], 403)
            paper, (status, mark) = self.hand_in(server, 8)
            self.assertEqual((status, mark["passed"], mark["right"], mark["role"]), (200, False, 8, "public"))
            self.assertNotIn("Set-Cookie", server.headers)
            self.assertEqual(server.post("/api/quiz/answer", paper)[0], 404)  # a sheet counts once
            _, (status, mark) = self.hand_in(server, 10, Authorization="Bearer " + server.tokens["registrar"])
            self.assertEqual((status, mark["role"], "Set-Cookie" in server.headers), (200, "registrar", False))

            _, (status, mark) = self.hand_in(server, 9)
            self.assertEqual((status, mark["passed"], mark["role"]), (200, True, "operator"))
            self.assertIn("HttpOnly", server.headers["Set-Cookie"])
            session = {"Cookie": server.headers["Set-Cookie"].split(";")[0], "X_CSRF": mark["csrf"]}
            self.assertEqual(server.get("/api/me", Cookie=session["Cookie"])[1]["role"], "operator")
            self.assertEqual(server.post("/api/stop", {"act": "hold"}, Cookie=session["Cookie"])[0], 403)  # no CSRF word
            self.assertEqual(server.post("/api/stop", {"act": "hold"}, **session)[0], 200)
            self.assertEqual(server.post("/api/stop", {"act": "go_on"}, **session)[0], 200)
            self.assertEqual(server.get("/api/audit", Cookie=session["Cookie"])[0], 403)
            driver = Watcher(server, Cookie=session["Cookie"])
            driver.take_lease()

            for role, status in (("everyone", 401), ("operator", 403), ("safety_officer", 200)):
                self.assertEqual(server.post("/api/quiz/close", {}, role if server.tokens[role] else None)[0], status)
            officer = Watcher(server, "safety_officer")
            officer.until(lambda m: is_state(m) and m.armed == 0)
            with self.assertRaises((ConnectionError, OSError)):
                driver.until(lambda message: False, 10)
            self.assertEqual(server.get("/api/me", Cookie=session["Cookie"])[0], 401)
            self.assertEqual(self.hand_in(server, 10)[1][1]["role"], "public")
            done = [(a["action"], a["detail"], a["role"]) for a in server.get("/api/audit", "safety_officer")[1]["actions"]]
            for action in (("quiz", "8 of 10 right, failed", "public"), ("quiz", "no such sheet", "public"),
                           ("quiz", "9 of 10 right, operator from now on", "operator"),
                           ("quiz", "closed, 1 sessions ended", "safety_officer")):
                self.assertIn(action, done)

    def test_sheets_are_drawn_only_so_often(self):
        with Server(PROGRAM) as server:
            drawn = [server.ask_once("POST", "/api/quiz", {})[0] for _ in range(15)]
            self.assertEqual((drawn[:10], drawn[-1]), ([200] * 10, 429))


class Logins(unittest.TestCase):
    def test_guesses_are_limited_and_right_tokens_are_not(self):
        with Server(PROGRAM) as server:
            def log_in(token):
                return server.ask_once("POST", "/api/login", {"token": token})[0]

            right = server.tokens["operator"]
            self.assertEqual([log_in(right) for _ in range(8)], [200] * 8)
            self.assertEqual([log_in(64 * "0") for _ in range(6)], [401] * 5 + [429])
            self.assertEqual(log_in(right), 429)


class DrivePad(unittest.TestCase):
    BOUNDS = {"speed_m_s": 0.3, "time_s": 60}
    STAND_S = 2.5  # from the last command to both feet down: docs/window.md

    def begin(self, server, driver):
        status, answer = server.post("/api/drive", self.BOUNDS, "operator")
        self.assertEqual(status, 202, answer)
        verdict = driver.until(is_event("verdict", request=answer["request"]))["verdict"]
        self.assertEqual((verdict["status"], verdict["model"]), ("approved", "pad"))

    def test_it_steers_within_its_bounds_and_its_silence_is_a_stand(self):
        with Server(PROGRAM) as server:
            self.assertEqual(server.post("/api/drive", self.BOUNDS, "operator")[0], 409)  # disarmed
            for bounds in ({"speed_m_s": 0.7, "time_s": 60}, {"speed_m_s": 0.3, "time_s": 301},
                           {"speed_m_s": "0.3", "time_s": 60}, {"speed_m_s": 0.3}):
                self.assertEqual(server.post("/api/drive", bounds, "operator")[0], 400, bounds)
            record = server.get("/api/session", "operator")[1]["record"]
            driver = Watcher(server, "operator")
            driver.take_lease()
            before = driver.drive(0.5, 1.0)[-1]  # no plan lets the stream in
            self.assertEqual(before.standing, 1)
            driver.until(lambda m: is_state(m) and m.time_s > before.time_s + 0.5)  # what was sent has been taken up
            self.begin(server, driver)
            driver.until(is_event("step_began"))
            other = Watcher(server, "operator")
            self.assertTrue(all(state.standing for state in other.drive(0.3, 1.5)))  # he does not hold the lease
            driven = driver.drive(2.0, 5.0)
            last = driven[-1]
            self.assertGreater(((last.x_m - before.x_m) ** 2 + (last.y_m - before.y_m) ** 2) ** 0.5, 0.5)
            seconds = [driven[k + 60].time_s - driven[k].time_s for k in range(len(driven) - 60)]
            ways = [((driven[k + 60].x_m - driven[k].x_m) ** 2 + (driven[k + 60].y_m - driven[k].y_m) ** 2) ** 0.5
                    for k in range(len(driven) - 60)]
            self.assertLess(max(way / time_s for way, time_s in zip(ways, seconds)), 0.36)  # the step's sway with it
            still = driver.until(lambda m: is_state(m) and m.standing == 1)
            self.assertLess(still.time_s - last.time_s, self.STAND_S)
            print(f"drive pad: {still.time_s - last.time_s:.2f} s from the last command to a stand")
            driver.until(is_event("plan_ended", detail=0))

            self.begin(server, driver)
            last = driver.drive(0.3, 3.0)[-1]
            officer = Watcher(server, "safety_officer")
            driver.close()  # the page is gone: the lease goes back, which is a hold
            still = officer.until(lambda m: is_state(m) and m.armed == 0 and m.standing == 1)
            self.assertLess(still.time_s - last.time_s, self.STAND_S)
            server.end()
        replay = subprocess.run([PROGRAM, "replay", record], capture_output=True, text=True)
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
        pathlib.Path(record).unlink()


class Tls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        self.certificate, self.key = str(path / "cert.pem"), str(path / "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", "/CN=longmen",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)

    def tearDown(self):
        self.folder.cleanup()

    def test_with_a_certificate_nothing_is_said_in_the_clear(self):
        trust = ssl.create_default_context(cafile=self.certificate)
        with Server(PROGRAM, "--tls", self.certificate, self.key, trust=trust) as server:
            self.assertTrue(server.is_secure)
            self.assertEqual(server.get("/")[0], 200)
            self.assertIn("max-age", server.headers["Strict-Transport-Security"])
            server.post("/api/login", {"token": server.tokens["operator"]})
            self.assertIn("Secure", server.headers["Set-Cookie"])
            origin = f"127.0.0.1:{server.port}"
            comment = {"about": "robot", "text": "x"}
            self.assertEqual(server.post("/api/comments", comment, Origin="http://" + origin)[0], 403)
            self.assertEqual(server.post("/api/comments", comment, Origin="https://" + origin)[0], 202)
            watcher = Watcher(server, "operator")
            first = watcher.until(is_state)
            watcher.until(lambda m: is_state(m) and m.tick > first.tick + 500)
            watcher.close()
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\nHost: " + origin.encode() + b"\r\n\r\n")
                try:
                    self.assertNotIn(b"HTTP", plain.recv(4096))
                except ConnectionResetError:
                    pass
            old = ssl.create_default_context(cafile=self.certificate)
            old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            old.maximum_version = ssl.TLSVersion.TLSv1_1
            with self.assertRaises((ssl.SSLError, OSError)), socket.create_connection(("127.0.0.1", server.port)) as raw:
                old.wrap_socket(raw, server_hostname="127.0.0.1")
            self.assertEqual(server.get("/api/health")[0], 200)

    def test_files_that_are_none_are_refused(self):
        for files in ((self.key, self.key), (self.certificate, self.certificate), ("/no/file", self.key)):
            refusal = subprocess.run([PROGRAM, "serve", "--port", "0", "--tls", *files], capture_output=True, text=True,
                                     timeout=30)
            self.assertEqual((refusal.returncode, len(refusal.stderr.strip().splitlines())), (2, 1), refusal.stderr)


class Arguments(unittest.TestCase):
    def refusal(self, *arguments):
        done = subprocess.run([PROGRAM, "serve", *arguments], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr

    def test_bad_ones_are_one_line_that_says_what_would_be_valid(self):
        self.assertIn("factory", self.refusal("--world", "moon"))
        self.assertIn("127.0.0.1", self.refusal("--host", "nowhere"))
        self.refusal("--port", "99999")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.assertIn("cannot listen", self.refusal("--port", str(taken.getsockname()[1])))


if __name__ == "__main__":
    data = tempfile.TemporaryDirectory()  # keys, log and register of these tests alone
    os.environ["XDG_DATA_HOME"] = data.name
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]], warnings="ignore")
