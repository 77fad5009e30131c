"""Chat completion endpoints for tests: whoever says what, and one whose model is the parser in a process of its own."""
import http.server
import json
import subprocess
import threading


class Endpoint:
    """`with` one, endpoint.model is what --model takes; a subclass says what the model says to the last message."""

    name = "small"

    def say(self, text):
        raise NotImplementedError

    def __enter__(self):
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                message = {"role": "assistant", "content": endpoint.say(request["messages"][-1]["content"])}
                body = json.dumps({"choices": [{"message": message}]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.model = f"http://127.0.0.1:{self.server.server_port}/v1#{self.name}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class ModelEndpoint(Endpoint):
    """`with ModelEndpoint(PROGRAM, environment) as endpoint:`"""

    def __init__(self, program, environment, world="factory"):
        self.command = [program, "mind", "--world", world, "--model", "parser"]
        self.environment = environment
        self.lock = threading.Lock()

    def __enter__(self):
        self.mind = subprocess.Popen(self.command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     env=self.environment)
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.mind.stdin.close()
        self.mind.wait()
        self.mind.stdout.close()

    def say(self, text):
        with self.lock:
            self.mind.stdin.write(json.dumps({"id": 1, "text": text}) + "\n")
            self.mind.stdin.flush()
            said = json.loads(self.mind.stdout.readline())
        plan = {"steps": [], "ask": "", "cannot": "I cannot do that."}
        if "plan" in said and not said["confirm"]:
            plan = {"steps": json.loads(said["plan"])["steps"], "ask": "", "cannot": ""}
        return json.dumps(plan)
