#!/usr/bin/env python3
"""Speaks the Model Context Protocol to `longmen mcp` over standard input, good requests and bad ones.

    mcp_test.py PROGRAM
"""
import json
import subprocess
import sys


def main():
    server = subprocess.Popen(
        [sys.argv[1], "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(line):
        server.stdin.write(line + "\n")
        server.stdin.flush()

    def ask(method, params=None, number=1):
        send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}))
        reply = json.loads(server.stdout.readline())
        assert reply["id"] == number, reply
        return reply

    def call(tool, arguments=None):
        result = ask("tools/call", {"name": tool, "arguments": arguments or {}})["result"]
        return result["isError"], json.loads(result["content"][0]["text"])

    hello = ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}})["result"]
    assert hello["serverInfo"]["name"] == "longmen" and "tools" in hello["capabilities"], hello
    send('{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    assert ask("ping")["result"] == {}
    tools = {tool["name"]: tool for tool in ask("tools/list")["result"]["tools"]}
    assert sorted(tools) == ["act", "check", "look", "plan", "stop", "why"], tools

    _, seen = call("look")
    assert seen["world"] == "factory" and any(p["id"] == "shelf" for p in seen["places"]), seen
    _, plan = call("plan", {"text": "walk to the shelf and wave"})
    assert [step["skill"] for step in plan["steps"]] == ["walk_to", "wave"], plan
    _, verdict = call("check", {"steps": plan["steps"]})
    assert verdict["status"] == "approved", verdict
    _, verdict = call("check", {"steps": [{"skill": "hand_over", "args": {"object": "box", "person": "li"}}]})
    assert verdict["status"] != "approved", verdict

    for tool, arguments in [("check", {"steps": [{"skill": "fly", "args": {}}]}), ("check", {"steps": []}),
                            ("check", {}), ("act", {"steps": plan["steps"]}), ("stop", {})]:
        is_error, words = call(tool, arguments)
        assert is_error and words["error"], (tool, words)
    for bad in ["{", "[]", "1", '{"id": 3}', '{"jsonrpc": "2.0", "id": {}, "method": 1}']:
        send(bad)
        assert "error" in json.loads(server.stdout.readline()), bad
    assert ask("nonsense")["error"]["code"] == -32601
    assert ask("tools/call", {"name": "fly"})["error"]["code"] == -32602
    assert ask("tools/call", {"name": "plan", "arguments": {"text": 3}})["error"]["code"] == -32602
    assert ask("tools/call", {"name": "plan", "arguments": []})["error"]["code"] == -32602
    server.stdin.close()
    assert server.wait(timeout=10) == 0
    huge = subprocess.run([sys.argv[1], "mcp"], input="x" * 300000, text=True, capture_output=True, timeout=60)
    assert huge.returncode == 2 and "256 KiB" in huge.stderr, huge


if __name__ == "__main__":
    main()
