"""A server of its own, an HTTP and a WebSocket client, for the tests of the window. Standard library only."""
import base64
import http.client
import json
import os
import pathlib
import re
import select
import signal
import socket
import struct
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATE_HEAD = struct.Struct("<HHqd5B3Bhf3Q3f2B2h8f")  # src/wall/message.cpp, up to tilt_rad
KIND_STATE = 7


class Server:
    """`longmen serve` on a free port; `with Server() as server:`."""

    def __init__(self, program, *arguments, environment=None, trust=None):
        self.trust = trust  # an ssl.SSLContext, where it speaks TLS
        self.command = [program, "serve", "--port", "0", *arguments]
        self.environment = environment

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=self.environment)
        self.tokens = {}
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(self.process.stderr.read())
            link = re.search(r"^  (\S.*?)  +(https?)://127\.0\.0\.1:(\d+)/(?:#token=(\w+))?", line)
            if link:
                self.is_secure = link[2] == "https"
                self.port = int(link[3])
                self.tokens[link[1].strip().replace(" ", "_")] = link[4]
                if link[1].startswith("everyone"):
                    break
        until = time.monotonic() + 60
        while not self.get("/api/health")[1]["robot"]:
            if time.monotonic() > until:
                raise RuntimeError("the robot does not answer")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends it in good order; what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, words = self.process.communicate(timeout=30)
        self.words = words
        return words

    def ask_once(self, method, path, body=None, role=None, **headers):
        if self.is_secure:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.trust)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            named["Authorization"] = f"Bearer {self.tokens[role]}"
        if body is not None:
            named.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.headers = dict(answer.getheaders())
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, json.loads(content) if is_json and content else content

    def ask(self, *call, **named):
        """Again while other tests have used up this second's calls."""
        deadline = time.monotonic() + 10
        while (answer := self.ask_once(*call, **named))[0] == 429 and time.monotonic() < deadline:
            time.sleep(0.2)
        return answer

    def get(self, path, role=None, **headers):
        return self.ask("GET", path, None, role, **headers)

    def post(self, path, body, role=None, **headers):
        return self.ask("POST", path, body, role, **headers)

    def metric(self, name):
        text = self.get("/metrics")[1].decode()
        return float(re.search(rf"^longmen_{name} (\S+)$", text, re.M)[1])


class Watcher:
    """A WebSocket to /ws."""

    def __init__(self, server, role=None, receive_buffer=None, **headers):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.is_secure:
            self.socket = server.trust.wrap_socket(self.socket, server_hostname="127.0.0.1")
        named = {"Host": f"127.0.0.1:{server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
                 "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Version": "13"}
        if role:
            named["Authorization"] = f"Bearer {server.tokens[role]}"
        named.update({name.replace("_", "-"): value for name, value in headers.items()})
        head = "GET /ws HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in named.items()) + "\r\n"
        self.socket.sendall(head.encode())
        self.lock = threading.Lock()
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            got = self.socket.recv(4096)
            if not got:
                break
            self.buffer += got
        self.status = int(self.buffer.split(b" ")[1])
        self.buffer = self.buffer.split(b"\r\n\r\n", 1)[1]

    def fileno(self):
        return self.socket.fileno()

    def _take(self, count):
        while len(self.buffer) < count:
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionError("closed")
            self.buffer += got
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def next(self):
        """The next message: a dictionary for words, a State for states."""
        parts = b""
        kind = 0
        while True:
            first, second = self._take(2)
            size = second & 127
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8))[0]
            parts += self._take(size)
            kind = first & 15 or kind  # 0: a message goes on
            if not first & 128:
                continue
            data, parts = parts, b""
            if kind == 1:
                return json.loads(data)
            if kind == 2:
                return State(data)
            if kind == 8:
                raise ConnectionError("closed")

    def send(self, message, kind=1):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        mask = os.urandom(4)
        length = struct.pack("B", 128 | len(data)) if len(data) < 126 else struct.pack(">BH", 254, len(data))
        frame = bytes([128 | kind]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        with self.lock:
            self.socket.sendall(frame)

    def take_lease(self):
        """Arms the robot, and beats as long as this watcher is open."""
        self.send({"type": "take_lease"})

        def beat():
            try:
                while True:
                    self.send({"type": "beat"})
                    time.sleep(0.1)
            except OSError:
                pass  # closed

        threading.Thread(target=beat, daemon=True).start()
        self.until(lambda message: is_state(message) and message.armed == 1)

    def drive(self, forward_m_s, seconds):
        """Holds the drive pad for so long of the robot's time, twenty commands a second; all states of that time."""
        while select.select([self.socket], [], [], 0)[0]:  # what has waited is not how things stand
            self.next()
        states = []
        sent = 0.0
        while len(states) < 2 or states[-1].time_s - states[0].time_s < seconds:
            if time.monotonic() - sent > 0.05:
                sent = time.monotonic()
                self.send({"type": "drive", "v": [forward_m_s, 0], "w": 0})
            message = self.next()
            if is_state(message):
                states.append(message)
        return states

    def until(self, wanted, seconds=30):
        """The first message that `wanted` takes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.next()
            if wanted(message):
                return message
        raise TimeoutError("it did not come")

    def close(self):
        self.socket.close()


class State:
    def __init__(self, packet):
        (version, kind, self.tick, self.time_s, self.armed, self.lease_held, self.emergency, self.standing,
         self.recorded, self.rung, self.source, self.rule, self.joint, self.margin, self.gate_changed,
         self.gate_stopped, self.late_ticks, self.tick_us_mean, self.tick_us_max,
         self.tick_us_p99, self.plan, self.fault, self.step, self.step_count, self.progress, self.step_time_s, self.x_m,
         self.y_m, self.z_m, self.yaw_rad, self.speed_m_s, self.tilt_rad) = STATE_HEAD.unpack_from(packet)
        assert (version, kind) == (1, KIND_STATE)


def is_state(message):
    return isinstance(message, State)


def is_event(kind, **fields):
    return lambda message: (not is_state(message) and message.get("type") == "event" and message["kind"] == kind and
                            all(message.get(name) == value for name, value in fields.items()))
