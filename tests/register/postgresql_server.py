#!/usr/bin/env python3
"""A PostgreSQL server of its own, thrown away at the end; on a Unix socket, as nobody else's. Debian's postgresql.

    postgresql_server.py [--kill-after SECONDS] COMMAND...

runs a command with LONGMEN_TEST_DATABASE set to an empty database; kills the server meanwhile, and starts it again.
"""
import argparse
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CLIENTS_MAX = 1100


class PostgreSql:
    """`with PostgreSql() as server:`; server.database is what --db takes."""

    def __enter__(self):
        # The server refuses root: it is then the user that Debian's package makes for it.
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        folders = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
        self.programs = max(folders, key=lambda path: float(path.parts[4])).parent
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="longmen-pg-", dir="/tmp"))  # sockets' names are short
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self._do("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale",
                 "--no-sync", "-D", str(self.folder / "data"))
        self.database = f"postgresql://postgres@/postgres?host={self.folder}&options=-cclient_min_messages%3Dwarning"
        self.process = None
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, program, *arguments):
        subprocess.run([self.programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/",
                       **self._as_server())

    def _as_server(self):
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}

    def start(self):
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", str(self.folder / "data"), "-k", str(self.folder), "-h", "",
                 "-c", f"max_connections={CLIENTS_MAX}"],
                stdout=log, stderr=log, cwd="/", start_new_session=True, **self._as_server())
        until = time.monotonic() + 60
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text()[-1000:])
            time.sleep(0.05)

    def processes(self):
        """Its own, and one for each connection."""
        found = [self.process.pid]
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(stat.read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                    found.append(int(stat.parent.name))
            except (OSError, IndexError):
                pass  # ended meanwhile
        return found

    def signal(self, number):
        """To all of them; which ones."""
        found = self.processes()
        for pid in found:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return found

    def kill(self):
        """All at once, in the middle of whatever they do."""
        self.signal(signal.SIGSTOP)
        killed = self.signal(signal.SIGKILL)
        self.process.wait()
        while any(pathlib.Path(f"/proc/{pid}").exists() for pid in killed):
            time.sleep(0.01)

    def stop(self):
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)  # fast: connections are cut
            self.process.wait(timeout=60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill-after", type=float)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with PostgreSql() as here:
        running = subprocess.Popen(options.command, env=dict(os.environ, LONGMEN_TEST_DATABASE=here.database))
        if options.kill_after:
            time.sleep(options.kill_after)
            here.kill()
            here.start()
        sys.exit(running.wait())
