#!/usr/bin/env python3
"""One plan gets one verdict, whichever command asks: plan, check, mcp and run.

    one_judge_test.py PROGRAM
"""
import json
import pathlib
import subprocess
import sys
import tempfile

# World, sentence that the parser understands, and a rule that its plan must break (none: approved).
CASES = [
    ("factory", "walk to the shelf and wave", None),
    ("factory", "say the emergency exit is behind you", None),
    ("factory", "say your account balance is 500", "privacy.data"),
    ("bank", "say I recommend this fund", "bank.advice"),
    ("bank", "wave", None),
]


def answer(program, *arguments, given=None):
    done = subprocess.run([program, *arguments], input=given, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1, 3, 4), (arguments, done.returncode, done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def verdict_of(answer):
    """Status and rules of either form of a verdict."""
    rules = answer["rules"] if "rules" in answer else [reason["rule"] for reason in answer["reasons"]]
    return answer.get("status", answer.get("verdict")), sorted(set(rules))


def main():
    program = sys.argv[1]
    for world, text, rule in CASES:
        planned = answer(program, "plan", text, "--world", world, "--model", "parser", "--json")
        verdicts = {"plan": verdict_of(planned["verdict"])}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "plan.json"
            file.write_text(json.dumps({"steps": planned["steps"]}))
            verdicts["check"] = verdict_of(
                answer(program, "check", "--instruction", text, "--plan", str(file), "--world", world, "--json"))
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": {"name": "check", "arguments": {"steps": planned["steps"]}}}
            reply = answer(program, "mcp", "--world", world, "--model", "parser", given=json.dumps(call) + "\n")
            status, rules = verdict_of(json.loads(reply["result"]["content"][0]["text"]))
            assert "plan.unregistered" in rules, rules  # the one difference: who speaks by MCP is no shipped model
            verdicts["mcp"] = status, [rule for rule in rules if rule != "plan.unregistered"]
            if rule:  # what is refused does not move: the run is over at once
                run = answer(program, "run", text, "--world", world, "--model", "parser", "--json",
                             "--record", str(pathlib.Path(folder) / "run.mcap"))
                verdicts["run"] = verdict_of(run["verdict"])
        assert len({str(verdict) for verdict in verdicts.values()}) == 1, (text, verdicts)
        status, rules = verdicts["plan"]
        assert (status == "refused") == (rule is not None) and (rule is None or rule in rules), (text, verdicts)


if __name__ == "__main__":
    main()
