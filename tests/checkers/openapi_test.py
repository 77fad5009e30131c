#!/usr/bin/env python3
"""schemathesis calls every operation that /api/openapi.json describes, as each role: no server error, and no answer
that the description does not have.   openapi_test.py PROGRAM
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "window"))
from window_client import Server  # noqa: E402

PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
# A robot that is begun anew again and again answers nothing else; window_test.py restarts it once.
LEFT_OUT = ("--exclude-path", "/api/robot/restart")


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = Server(PROGRAM, "--practice",
                            environment=dict(os.environ, XDG_DATA_HOME=cls.folder.name)).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.end()
        cls.folder.cleanup()

    def schemathesis(self, role, *arguments):
        token = self.server.tokens[role]
        header = ("-H", f"Authorization: Bearer {token}") if token else ()
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{self.server.port}/api/openapi.json",
             "--rate-limit", "35/s", "--max-examples", "30", "--generation-deterministic", "--no-color", *header,
             *arguments], capture_output=True, text=True, timeout=600, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"Test cases:\n +\d{2,} generated")
        print(role, done.stdout.split("Test cases:\n")[1].splitlines()[0].strip(), file=sys.stderr)
        self.assertEqual(self.server.get("/api/health")[0], 200)

    def test_as_everyone(self):
        self.schemathesis("everyone", *LEFT_OUT, "--exclude-path", "/mcp")

    def test_as_operator(self):
        self.schemathesis("operator", *LEFT_OUT, "--exclude-path", "/mcp")

    def test_as_safety_officer(self):
        self.schemathesis("safety_officer", *LEFT_OUT, "--exclude-path", "/mcp")

    def test_as_registrar(self):
        self.schemathesis("registrar", *LEFT_OUT, "--exclude-path", "/mcp")

    def test_the_protocol_of_agents(self):
        # What a call means is the protocol's to say, and which one a session begins with.
        self.schemathesis("operator", "--include-path", "/mcp", "--exclude-checks", "positive_data_acceptance")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
