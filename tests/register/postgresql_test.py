#!/usr/bin/env python3
"""The register on PostgreSQL, as many machines share it: the same promises as on SQLite, and a server that is killed.

    postgresql_test.py PROGRAM REGISTRY_TEST
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from postgresql_server import PostgreSql

REGISTRY_TEST = pathlib.Path(sys.argv.pop(2)).resolve()
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.environment = dict(os.environ, XDG_DATA_HOME=str(cls.path / "data"))
        cls.server = PostgreSql().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.folder.cleanup()

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, *arguments, "--db", self.server.database], text=True, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def longmen(self, *arguments, code=0):
        started = self.start(*arguments)
        out, err = started.communicate(timeout=100)
        self.assertEqual(started.returncode, code, f"{arguments}\n{out}\n{err}")
        if code:
            self.assertEqual(len(err.strip().splitlines()), 1, err)
        return out if code == 0 else err

    def history(self):
        return json.loads(self.longmen("register", "history", "--json"))["history"]

    def test_1_the_same_promises_as_on_sqlite(self):
        done = subprocess.run([REGISTRY_TEST, "--gtest_filter=Register*", "--gtest_brief=1"], capture_output=True,
                              text=True, timeout=100,
                              env=dict(os.environ, LONGMEN_TEST_DATABASE=self.server.database))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        subprocess.run([self.server.programs / "psql", "-q", self.server.database, "-c",
                        "DROP SCHEMA public CASCADE", "-c", "CREATE SCHEMA public"], check=True,
                       stderr=subprocess.DEVNULL)

    def test_2_a_server_that_is_killed_loses_nothing_that_it_acknowledged(self):
        self.assertEqual(self.history(), [])  # the tables were made
        self.longmen("register", "member", "rita", "--organisation", "authority", "--role", "registrar", "--as", "rita")
        acknowledged, is_over = [], threading.Event()

        def write(writer):
            for number in range(10000):
                if is_over.is_set():
                    return
                what = f"m{writer}-{number}"
                done = self.start("register", "member", what, "--organisation", "many", "--role", "auditor", "--as",
                                  "rita")
                done.communicate()
                if done.returncode == 0:
                    acknowledged.append(what)

        before = len(self.history())
        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
        for writer in writers:
            writer.start()
        for pause_s in (0.4, 0.31, 0.53):
            count = len(acknowledged)
            while len(acknowledged) < count + 3:
                time.sleep(0.01)
            time.sleep(pause_s)
            self.server.kill()
            self.assertIn("postgresql://", self.longmen("register", "list", code=2))
            self.server.start()
        is_over.set()
        for writer in writers:
            writer.join()
        history = self.history()
        written = [line["detail"].split()[0] for line in history[before:]]
        self.assertEqual(set(acknowledged) - set(written), set(), "acknowledged, and lost")
        self.assertEqual(len(written), len(set(written)))
        self.assertLessEqual(len(written) - len(acknowledged), 9)  # done, but killed before the word of it


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
