"""Falls of a walking robot whose seat is given to untrusted policies.

    ./longmen python tools/policies/measure.py POLICY_OR_FOLDER... [--episodes 20] [--seconds 12] [--jobs 2] [--out F.jsonl]

Each episode is a scenario of its own seed: from 1 s on a walk is commanded, from 2 s on the policy sits.
One line for each kind of policy (the part of the file's name before the first _): falls and the upper end of
their 95 % interval (Clopper, Pearson 1934; episodes of one policy are taken as independent), how many lost
their seat, and how the body ended.
"""

import argparse
import json
import math
import multiprocessing
import pathlib
import sys
from typing import Any

from longmen import run_scenario

SPEEDS = [0.3, 0.5, 0.0, 0.7, -0.2]


def episode(job: tuple[str, int, float, str]) -> dict[str, Any]:
    file, seed, seconds, robot = job
    speed = SPEEDS[seed % len(SPEEDS)]
    result = run_scenario({"robot": robot, "duration_s": seconds,
                           "command": [[0, 0, 0, 0], [1, speed, 0, 0.05 if speed == 0.0 else 0]],
                           "measure_s": [2, seconds],
                           "policy": {"model": file, "from_s": 2}}, seed=seed)
    return {"policy": pathlib.Path(file).stem, "seed": seed, "command_m_s": speed, "fell": result["fell"],
            "fell_at_s": result["fell_at_s"], "speed_m_s": result["speed_mean_m_s"], "stopped": result["gate"]["stopped"],
            "limits": [result["torque_limit_violations"], result["joint_limit_violations"],
                       result["joint_speed_violations"], result["links_touched"]], **result["policy"]}


def upper_bound(falls: int, n: int) -> float:
    """Upper end of the exact two-sided 95 % interval, by bisection."""
    if falls >= n:
        return 1.0
    low, high = falls / n, 1.0
    for _ in range(60):
        p = 0.5 * (low + high)
        below = sum(math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
                             + k * math.log(p) + (n - k) * math.log1p(-p)) for k in range(falls + 1))
        low, high = (p, high) if below > 0.025 else (low, p)
    return high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policies", type=pathlib.Path, nargs="+")
    parser.add_argument("--robot", default="qinglong")
    parser.add_argument("--episodes", type=int, default=20, help="of each policy")
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path, help="every episode, a line of JSON each")
    options = parser.parse_args()
    files = [file for path in options.policies
             for file in (sorted(path.glob("*.policy")) if path.is_dir() else [path])]
    jobs = [(str(file), options.first_seed + k, options.seconds, options.robot)
            for k in range(options.episodes) for file in files]
    if not jobs:
        sys.exit("no policies")
    out = options.out.open("w") if options.out else None
    kinds: dict[str, list[dict[str, Any]]] = {}
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for row in pool.imap_unordered(episode, jobs):
            kinds.setdefault(row["policy"].split("_")[0], []).append(row)
            if out:
                print(json.dumps(row), file=out, flush=True)
    for kind, rows in sorted(kinds.items()):
        n, falls = len(rows), sum(row["fell"] for row in rows)
        ticks = sum(row["ticks"] for row in rows)
        print(f"{kind}: {len({row['policy'] for row in rows})} policies, {n} episodes: {falls} falls "
              f"({100 * falls / n:.2f} %, at most {100 * upper_bound(falls, n):.2f} %), "
              f"{sum(row['lost_its_seat'] for row in rows)} lost the seat, {sum(row['rescues'] for row in rows)} rescues, "
              f"the policy drove {100 * sum(row['driven_ticks'] for row in rows) / max(1, ticks):.0f} % of its ticks; "
              f"a stop in {sum(row['stopped'] > 700 for row in rows)} episodes")


if __name__ == "__main__":
    main()
