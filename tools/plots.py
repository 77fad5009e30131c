#!/usr/bin/env python3
"""The pictures of docs/performance.md.

    ./longmen python tools/plots.py speed docs/images/speed.svg
    ./longmen python tools/plots.py pushes docs/images/pushes.svg

Wants matplotlib (pip install matplotlib==3.11.2 pyyaml==6.0.3) beside the package. `pushes` runs a campaign of a thousand
short runs, in runs/pushes, and goes on where it was broken off.
"""

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "longmen"  # the same figures, the same bytes
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import yaml  # noqa: E402

import longmen  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
GRAVITY = 9.81
DIRECTIONS_DEG = [22.5 * k for k in range(16)]  # from straight ahead to the left
IMPULSES_NS = list(range(30, 201, 10))
PUSH_SEEDS = (1000, 1002)
#: planning/gait_config.h; what the robot's tuning.yaml says comes first.
STEP_LIMITS_M = {"forward_max_m": 1.0, "backward_max_m": 0.8, "width_min_m": 0.10, "width_max_m": 0.75, "width_m": 0.172}


def save(figure: plt.Figure, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")
    print(file)


def plot_speed(robot: str, file: Path, speeds: list[float], seeds: range) -> None:
    """True forward speed over time, averaged over a second, of every seed."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    for k, speed in enumerate(speeds):
        for seed in seeds:
            scenario = {"robot": robot, "duration_s": 30, "command": [[0, 0, 0, 0], [2, speed, 0, 0]]}
            episode = longmen.Episode(scenario, seed)
            forward = []
            while episode.step(10):
                forward.append(episode.truth()["velocity_H_m_s"][0])
            fell = episode.finish()["fell"]
            smooth = np.convolve(forward, np.full(100, 0.01), "valid")
            axes.plot(0.5 + 0.01 * np.arange(smooth.size), smooth, color=f"C{k}", linewidth=0.8,
                      linestyle=":" if fell else "-", label=f"{speed} m/s" if seed == seeds[0] else None)
        axes.axhline(speed, color=f"C{k}", linewidth=0.5, linestyle="--")
    axes.set(xlabel="time, s", ylabel="true speed over 1 s, m/s", ylim=(-0.1, None),
             title=f"{robot}, asked for at 2 s; {len(seeds)} seeds each (dotted: fell)")
    axes.legend(loc="lower right")
    save(figure, file)


def capture_bound_Ns(robot: str, swing_s: float) -> list[float]:
    """The largest impulse, for each direction, after which steps without end bring the robot to rest.

    J = m omega d (Koolen et al., The International Journal of Robotics Research 31(9), 2012, section 4): the DCM may
    move as far as the sole reaches plus what the steps to come reach, each discounted by a = exp(-omega T). Ahead all
    steps are as long as they may be. To the side the feet take turns: outward by the greatest width, then after it by
    the least. Aslant, both must hold.
    """
    model = longmen.RobotModel(robot)
    config = yaml.safe_load((Path(model.folder) / "robot.yaml").read_text())
    tuning = yaml.safe_load((Path(model.folder) / "tuning.yaml").read_text())
    step = STEP_LIMITS_M | tuning.get("gait", {}).get("steps", {})
    sole = config["soles"]["left"]
    omega = math.sqrt(GRAVITY / model.center_of_mass(model.home_rad)[2])
    a = math.exp(-omega * swing_s)
    ahead = sole["fore_m"] + step["forward_max_m"] * a / (1 - a)
    behind = sole["aft_m"] + step["backward_max_m"] * a / (1 - a)
    side = (sole["left_m"] - step["width_m"] / 2
            + (step["width_max_m"] * a - step["width_min_m"] * a * a) / (1 - a * a))
    print(f"capture bound: m {model.mass_kg:.2f} kg, omega {omega:.3f} 1/s, T {swing_s:.3f} s, d ahead {ahead:.3f} m, "
          f"behind {behind:.3f} m, to the side {side:.3f} m; steps {step}")
    bounds = []
    for direction_deg in DIRECTIONS_DEG:
        x, y = math.cos(math.radians(direction_deg)), math.sin(math.radians(direction_deg))
        reach = min((ahead if x > 0 else behind) / max(abs(x), 1e-9), side / max(abs(y), 1e-9))
        bounds.append(model.mass_kg * omega * reach)
    return bounds


def run_pushes(robot: str, folder: Path) -> list[dict]:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for direction_deg in DIRECTIONS_DEG:
        direction = np.array([math.cos(math.radians(direction_deg)), math.sin(math.radians(direction_deg)), 0.0])
        for impulse_Ns in IMPULSES_NS:
            push = {"t_s": 3, "body": "base", "impulse_Ns": [round(x, 3) for x in (impulse_Ns * direction).tolist()]}
            rows.append({"name": f"{direction_deg} deg, {impulse_Ns} N s", "seeds": list(PUSH_SEEDS),
                         "scenarios": [str(ROOT / "scenarios/push_stand_000.yaml")],
                         "with": {"robot": robot, "pushes": [push]}})
    campaign = folder / "campaign.yaml"
    campaign.write_text(yaml.safe_dump({"title": "Pushes all round", "rows": rows}, sort_keys=False))
    done = subprocess.run([ROOT / "build/apps/longmen", "campaign", campaign, "--out", folder / "out"], check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    return [json.loads(line) for line in (folder / "out/results.jsonl").read_text().splitlines()]


def plot_pushes(robot: str, file: Path) -> None:
    """For each direction the largest impulse up to which every seed stood, beside the capture bound."""
    results = run_pushes(robot, ROOT / "runs/pushes" / robot)
    fell = {r["run"]: r["fell"] for r in results}
    swings_s = [r["swing_p05_s"] for r in results if not r["fell"] and r["swing_p05_s"]]
    stood = []
    for direction_deg in DIRECTIONS_DEG:
        largest = 0
        for impulse_Ns in IMPULSES_NS:
            test = f"{direction_deg} deg, {impulse_Ns} N s/push_stand_000"
            if any(fell[f"{test}/{seed}"] for seed in range(PUSH_SEEDS[0], PUSH_SEEDS[1] + 1)):
                break
            largest = impulse_Ns
        stood.append(largest)
    bound = capture_bound_Ns(robot, float(np.percentile(swings_s, 5)))
    share = [s / b for s, b in zip(stood, bound)]
    weakest = int(np.argmin(share))
    for direction_deg, s, b in zip(DIRECTIONS_DEG, stood, bound):
        print(f"{direction_deg:6.1f} deg: {s:4d} of {b:4.0f} N s")
    figure, axes = plt.subplots(figsize=(6, 6), subplot_kw={"projection": "polar"})
    around = np.radians(DIRECTIONS_DEG + DIRECTIONS_DEG[:1])
    axes.plot(around, bound + bound[:1], linestyle="--", label="capture bound, steps without end")
    axes.plot(around, stood + stood[:1], marker="o", label=f"all of {PUSH_SEEDS[1] - PUSH_SEEDS[0] + 1} seeds stand again")
    axes.set_theta_zero_location("N")
    axes.set_title(f"{robot}: push on the base within 0.1 s, standing, N s\n"
                   f"weakest: {share[weakest]:.0%} of the bound at {DIRECTIONS_DEG[weakest]:g} deg")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.06))
    save(figure, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--robot", default="qinglong")
    plots = parser.add_subparsers(dest="plot", required=True)
    speed = plots.add_parser("speed", help="true speed over time")
    speed.add_argument("file", type=Path)
    speed.add_argument("--speeds", type=float, nargs="+", default=[0.4, 0.8, 1.2, 1.6, 2.0])
    speed.add_argument("--seeds", type=int, default=5, help="how many, from 1000 on")
    pushes = plots.add_parser("pushes", help="largest pushes all round, beside the capture bound")
    pushes.add_argument("file", type=Path)
    options = parser.parse_args()
    if options.plot == "speed":
        plot_speed(options.robot, options.file, options.speeds, range(1000, 1000 + options.seeds))
    else:
        plot_pushes(options.robot, options.file)


if __name__ == "__main__":
    try:
        main()
    except longmen.Error as error:
        print(f"plots.py: {error}", file=sys.stderr)
        sys.exit(2)
