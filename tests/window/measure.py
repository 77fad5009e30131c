#!/usr/bin/env python3
"""Figures of the window: the stream to many watchers, what it costs the robot, and how fast a stop is.

    tests/window/measure.py build/apps/longmen [--watchers 50] [--seconds 15] [--stops 10]
"""
import argparse
import json
import os
import pathlib
import re
import selectors
import time

from window_client import Server, Watcher, is_event, is_state

REPORT = re.compile(r"robot: (\d+) ticks, .* p50 (\d+) us, p99 (\d+) us, p99.9 (\d+) us; (\d+) late")


def stream(program, watchers, seconds):
    """States a second that reach the slowest watcher, and the robot's own tick times."""
    with Server(program) as server:
        record = server.get("/api/session", "operator")[1]["record"]
        clients = [Watcher(server, "operator") for _ in range(watchers)]
        counts = dict.fromkeys(clients, 0)
        with selectors.DefaultSelector() as selector:
            for client in clients:
                client.until(is_state)
                selector.register(client, selectors.EVENT_READ)
            begin = time.monotonic()
            while time.monotonic() < begin + seconds:
                for key, _ in selector.select(0.1):
                    client = key.fileobj
                    while True:  # what has come already
                        counts[client] += is_state(client.next())
                        if len(client.buffer) < 4:
                            break
            took = time.monotonic() - begin
        dropped = server.metric("states_dropped_total")
        for client in clients:
            client.close()
        words = server.end()
    pathlib.Path(record).unlink()
    ticks, p50, p99, p999, late = map(int, REPORT.search(words).groups())
    return {"watchers": watchers, "states_per_s_slowest": round(min(counts.values()) / took, 1),
            "states_dropped": int(dropped), "ticks": ticks, "late_ticks": late,
            "tick_us": {"p50": p50, "p99": p99, "p99.9": p999}}


def stops(program, count, by_api):
    """From the stop leaving the client, by the page's WebSocket or by the API, to the client hearing that it was taken
    up, ms."""
    times = []
    with Server(program) as server:
        record = server.get("/api/session", "operator")[1]["record"]
        watcher = Watcher(server, "operator")
        for _ in range(count):
            watcher.until(is_state)
            begin = time.monotonic()
            if by_api:
                server.post("/api/stop", {"act": "emergency"}, "operator")
            else:
                watcher.send({"type": "stop"})
            watcher.until(is_event("arming", detail=3))
            times.append(1e3 * (time.monotonic() - begin))
            while True:
                server.post("/api/stop", {"act": "reset"}, "operator")
                try:
                    watcher.until(lambda m: is_state(m) and m.emergency == 0, 1.0)
                    break
                except TimeoutError:
                    pass
    pathlib.Path(record).unlink()
    times.sort()
    return {"n": count, "median_ms": round(times[count // 2], 1), "p99_ms": round(times[min(count - 1, int(0.99 * count))], 1),
            "max_ms": round(times[-1], 1)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("--watchers", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=15)
    arguments.add_argument("--stops", type=int, default=10)
    options = arguments.parse_args()
    print(json.dumps({"load_average": os.getloadavg(),
                      "alone": stream(options.program, 1, options.seconds),
                      "watched": stream(options.program, options.watchers, options.seconds),
                      "stop": stops(options.program, options.stops, False),
                      "stop_api": stops(options.program, options.stops, True)}, indent=2))


if __name__ == "__main__":
    main()
