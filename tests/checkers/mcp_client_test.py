#!/usr/bin/env python3
"""The official client of the Model Context Protocol (PyPI `mcp`) drives a robot: over `longmen serve` by HTTP, and over
`longmen mcp` by standard input. Calls, cancelling, errors.   mcp_client_test.py PROGRAM
"""
import asyncio
import contextlib
import json
import os
import pathlib
import sys
import tempfile
import unittest

import httpx2
from mcp import ClientSession, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "window"))
from window_client import Server, Watcher, is_state  # noqa: E402

PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
TOOLS = ["act", "check", "look", "plan", "stop", "why"]
WAVE = [{"skill": "wave", "args": {}}]
LONG = [{"skill": "wait", "args": {"duration_s": 300.0}}]


async def call(session, tool, arguments=None):
    """Is it an error, and what was said."""
    result = await session.call_tool(tool, arguments or {})
    return result.is_error, json.loads(result.content[0].text)


class Mcp(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.environment = dict(os.environ, XDG_DATA_HOME=cls.folder.name)
        cls.server = Server(PROGRAM, "--practice", environment=cls.environment).__enter__()
        cls.url = f"http://127.0.0.1:{cls.server.port}/mcp"

    @classmethod
    def tearDownClass(cls):
        cls.server.end()
        cls.folder.cleanup()

    @contextlib.asynccontextmanager
    async def agent(self, token=None):
        headers = {"Authorization": f"Bearer {token or self.server.tokens['operator']}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            async with streamable_http_client(self.url, http_client=http) as streams:
                async with ClientSession(streams[0], streams[1]) as session:
                    self.hello = await session.initialize()
                    yield session

    async def until(self, watcher, wanted):
        return await asyncio.to_thread(watcher.until, wanted)

    async def test_an_agent_looks_plans_checks_and_acts_by_http(self):
        async with self.agent() as session:
            self.assertEqual(self.hello.server_info.name, "longmen")
            self.assertEqual(sorted(tool.name for tool in (await session.list_tools()).tools), TOOLS)
            await session.send_ping()
            _, seen = await call(session, "look")
            self.assertEqual(seen["world"], "factory")
            _, plan = await call(session, "plan", {"text": "wave"})
            self.assertEqual([step["skill"] for step in plan["steps"]], ["wave"])
            _, verdict = await call(session, "check", {"steps": plan["steps"]})
            self.assertEqual(verdict["status"], "approved")
            is_error, end = await call(session, "act", {"steps": plan["steps"], "wait": True})
            self.assertFalse(is_error, end)
            self.assertEqual(end["outcome"], "done", end)
            self.assertEqual((end["verdict"]["status"], end["verdict"]["registered"]), ("approved", False))
            self.assertEqual(end["verdict"]["model"], "mcp:mcp")  # the client's own name
            _, why = await call(session, "why")
            self.assertIn("plan_ended", [event["event"] for event in why["events"]])
            _, verdict = await call(session, "act", {"steps": [{"skill": "say", "args": {"text": "your account balance is 500"}}]})
            self.assertEqual(verdict["status"], "refused", verdict)

    async def test_a_cancelled_act_is_a_hold_and_the_agent_may_act_again(self):
        watcher = Watcher(self.server, "operator")
        async with self.agent() as session:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(4):
                    await session.call_tool("act", {"steps": LONG, "wait": True})
            state = await self.until(watcher, lambda message: is_state(message) and message.lease_held == 0 and message.tick > 2000)
            await self.until(watcher, lambda message: is_state(message) and message.tick > state.tick and message.armed == 0)
            _, end = await call(session, "act", {"steps": WAVE, "wait": True})
            self.assertEqual(end["outcome"], "done", end)
        watcher.close()

    async def test_an_agent_that_ends_its_session_leaves_a_robot_that_holds(self):
        watcher = Watcher(self.server, "operator")
        async with self.agent() as session:
            _, verdict = await call(session, "act", {"steps": LONG})
            self.assertEqual(verdict["status"], "approved")
            await self.until(watcher, lambda message: is_state(message) and message.lease_held == 1)
            async with self.agent() as other:  # one drives at a time
                is_error, words = await call(other, "act", {"steps": WAVE})
                self.assertTrue(is_error, words)
        await self.until(watcher, lambda message: is_state(message) and message.lease_held == 0 and message.armed == 0)
        watcher.close()

    async def test_errors_are_said_and_the_session_lives_on(self):
        async with self.agent() as session:
            for tool, arguments in (("check", {"steps": [{"skill": "fly", "args": {}}]}), ("check", {}),
                                    ("act", {"steps": []})):
                self.assertTrue((await call(session, tool, arguments))[0], tool)
            for tool, arguments in (("fly", {}), ("plan", {"text": 3}), ("act", {"steps": WAVE, "wait": 1})):
                with self.assertRaises(MCPError) as caught:
                    await session.call_tool(tool, arguments)
                self.assertEqual(caught.exception.error.code, -32602, tool)
            await session.send_ping()

    async def test_who_may_not_is_kept_out(self):
        for token in ("0" * 64, self.server.tokens["safety_officer"]):
            with self.assertRaises(BaseException):
                async with self.agent(token):
                    self.fail("initialized")
        operator = {"role": "operator", "Accept": "application/json"}
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        self.assertEqual(self.server.post("/mcp", ping, **operator)[0], 400)  # no session
        self.assertEqual(self.server.post("/mcp", ping, Mcp_Session_Id="0" * 32, **operator)[0], 404)
        self.assertEqual(self.server.post("/mcp", [ping], **operator)[0], 400)
        self.assertEqual(self.server.post("/mcp", ping, Origin="http://evil.example", **operator)[0], 403)
        self.assertEqual(self.server.ask("DELETE", "/mcp", None, "operator", Mcp_Session_Id="0" * 32)[0], 404)
        self.assertEqual(self.server.get("/mcp", "operator")[0], 405)

    async def test_the_same_tools_by_standard_input(self):
        server = StdioServerParameters(command=PROGRAM, args=["mcp", "--world", "bank"], env=self.environment)
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            self.assertEqual(sorted(tool.name for tool in (await session.list_tools()).tools), TOOLS)
            self.assertEqual((await call(session, "look"))[1]["world"], "bank")
            self.assertTrue((await call(session, "act", {"steps": WAVE}))[0])  # there is no robot


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
