#!/usr/bin/env python3
"""Refines how a robot gets up (section `get_up` of its tuning.yaml) by search in simulation.

    tools/search_get_up.py robots/qinglong rise --minutes 10 --out rise.yaml
    tools/search_get_up.py robots/qinglong roll --check 20

Begins with the frames that stand in tuning.yaml and moves their angles and times by CMA-ES (Hansen 2016) so that the
motion does what it is for, on several robots at once that differ in mass, centre of mass, friction and start as the plant
of docs/scenarios.md does: `roll` has to end on the belly, `rise` at rest on both soles. Joints that no frame of the motion
moves stay as they are; left and right joints that mirror each other in every frame go on doing so.
Needs the `mujoco` wheel (requirements.txt). Simulation alone: ideal sensors, joints led as src/control/get_up does.
"""
import argparse
import pathlib
import sys
import time

import mujoco
import numpy as np
import yaml

STEP_S = 0.002
TORQUE_SHARE = 0.85  # of the motors'; src/control/get_up asks for 0.9
REST_S = 0.6  # the end of a motion is looked at after so long
MARGIN_RAD = 0.012
PEAK_SPEED = 1.5  # of a smooth step, against its mean


class Robot:
    """The robot's files, with its motors as joint impedances of tuning.yaml."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.description = yaml.safe_load((self.folder / "robot.yaml").read_text())
        self.get_up = yaml.safe_load((self.folder / "tuning.yaml").read_text())["get_up"]
        self.joints = self.description["joints"]
        self.index = {name: j for j, name in enumerate(self.joints)}
        home = self.description.get("home", {})
        self.home = np.array([home.get(name, 0.0) for name in self.joints])
        self.speed_max = np.array([self.description["speed_max_rad_s"][name] for name in self.joints])
        model = self.model()
        ids = [model.joint(name).id for name in self.joints]
        self.qpos = model.jnt_qposadr[ids]
        self.low, self.high = model.jnt_range[ids].T
        self.feet = [model.body(self.description["roles"][role]).id for role in ("left_foot", "right_foot")]
        self.base = model.body(self.description["roles"]["base"]).id

    def model(self, random=None):
        """A robot on level ground; `random`: one that differs from its description."""
        spec = mujoco.MjSpec.from_file(str(self.folder / self.description["model"]))
        spec.compiler.discardvisual = True
        ground = spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1], priority=1, condim=3)
        ground.friction[0] = random.uniform(0.6, 1.0) if random else 0.8
        model = spec.compile()
        model.opt.timestep = STEP_S
        model.opt.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
        self.actuators = [model.actuator(name).id for name in self.joints]
        for a in self.actuators:
            limit = model.actuator_ctrlrange[a, 1]
            stiffness = self.get_up["stiffness_1_rad"] * limit
            model.actuator_gainprm[a, 0] = stiffness
            model.actuator_biastype[a] = mujoco.mjtBias.mjBIAS_AFFINE
            model.actuator_biasprm[a, :3] = 0, -stiffness, -self.get_up["damping_s"] * stiffness
            model.actuator_forcelimited[a], model.actuator_ctrllimited[a] = 1, 0
            model.actuator_forcerange[a] = -TORQUE_SHARE * limit, TORQUE_SHARE * limit
        if random:
            error = self.description["plant_error"]
            scale = 1 + random.uniform(-1, 1) * error["mass_relative"]
            heaviest = int(np.argmax(model.body_mass))
            shift = random.uniform(-1, 1, 3) * error["com_m"] * model.body_mass.sum() / model.body_mass[heaviest]
            model.body_ipos[heaviest] += shift
            model.body_mass *= scale
            model.body_inertia *= scale
            friction = 1 + random.uniform(-1, 1, model.nv) * error["friction_relative"]
            model.dof_frictionloss *= friction
            model.dof_damping *= friction
            model.body_sameframe[heaviest] = 0
            for sameframe, body in ((model.geom_sameframe, model.geom_bodyid), (model.site_sameframe, model.site_bodyid)):
                sameframe[body == heaviest] = 0
        return model

    def frames(self, motion):
        """Of a motion in tuning.yaml: times [n], postures [n, joints]."""
        times, postures, posture = [], [], self.home
        for frame in self.get_up[motion]:
            posture = posture.copy()
            for name, value in frame.items():
                if name != "s":
                    posture[self.index[name]] = value
            times.append(frame["s"])
            postures.append(posture)
        return np.array(times), np.array(postures)

    def laid(self, model, random, on_belly):
        """Dropped on its belly or back, near the posture `lie`."""
        data = mujoco.MjData(model)
        turn = (0.25 if on_belly else -0.25) * np.pi
        data.qpos[3:7] = np.cos(turn), 0, np.sin(turn), 0
        posture = self.frames("lie")[1][-1] + random.uniform(-0.15, 0.15, len(self.joints))
        data.qpos[self.qpos] = np.clip(posture, self.low, self.high)
        data.qpos[2] = 1.0
        mujoco.mj_forward(model, data)
        while not any(0 in model.geom_bodyid[contact.geom] for contact in data.contact):
            data.qpos[2] -= 0.01
            mujoco.mj_forward(model, data)
        return data

    def play(self, model, data, times, postures, rest_s):
        """Leads the joints through the frames, then holds the last. Returns the time that the motion took."""
        speed_share = self.get_up.get("speed_share", 0.8)
        before, took_s = data.qpos[self.qpos].copy(), 0.0
        for duration_s, posture in zip(times, postures):
            duration_s = max(duration_s, PEAK_SPEED * (np.abs(posture - before) / self.speed_max).max() / speed_share)
            took_s += duration_s
            for i in range(1, 1 + round(duration_s / STEP_S)):
                share = min(1.0, i * STEP_S / duration_s)
                data.ctrl[self.actuators] = before + share * share * (3 - 2 * share) * (posture - before)
                mujoco.mj_step(model, data)
            before = posture
        for _ in range(round(rest_s / STEP_S)):
            mujoco.mj_step(model, data)
        return took_s


def sole_load(robot, model, data):
    """The soles' share of what the ground bears."""
    force, on_soles, whole = np.zeros(6), 0.0, 1e-9
    for i, contact in enumerate(data.contact):
        bodies = model.geom_bodyid[contact.geom]
        if 0 in bodies:
            mujoco.mj_contactForce(model, data, i, force)
            whole += force[0]
            on_soles += force[0] * any(b in robot.feet for b in bodies)
    return on_soles / whole


def miss_of_roll(robot, model, data):
    """0: lies on the belly, at rest."""
    chest_up = data.xmat[robot.base].reshape(3, 3)[2, 0]
    miss = 3 * (1 + chest_up) + 0.3 * min(3.0, np.linalg.norm(data.qvel[:6]))
    return miss, chest_up < -0.9


def miss_of_rise(robot, model, data):
    """0: at rest on flat soles, the centre of mass over their middle, the torso half upright."""
    flat = np.mean([data.xmat[b].reshape(3, 3)[2, 2] for b in robot.feet])
    soles = robot.description["soles"].values()
    ahead_m = np.mean([0.5 * (sole["fore_m"] - sole["aft_m"]) for sole in soles])
    reach_m = min(0.5 * (sole["fore_m"] + sole["aft_m"]) for sole in soles)
    toes = np.mean([data.xmat[b].reshape(3, 3)[:2, 0] for b in robot.feet], axis=0)
    middle = np.mean([data.xpos[b][:2] for b in robot.feet], axis=0) + ahead_m * toes
    off_m = np.linalg.norm(data.subtree_com[0][:2] - middle)
    up = data.xmat[robot.base].reshape(3, 3)[2, 2]
    load = sole_load(robot, model, data)
    miss = (2 * (1 - flat) + 5 * min(off_m, 0.8) + 1.5 * (1 - load) + max(0.0, 0.85 - up)
            + 0.3 * np.linalg.norm(data.qvel[:6]))
    return miss, load > 0.95 and flat > 0.98 and up > 0.5 and off_m < reach_m


class Search:
    """The frames of one motion as a vector of numbers, and what they cost."""

    def __init__(self, robot, motion, seed, count, time_weight):
        self.robot, self.motion, self.time_weight = robot, motion, time_weight
        self.times, self.postures = robot.frames(motion)
        self.miss = {"roll": miss_of_roll, "rise": miss_of_rise}[motion]
        self.columns = self.free_columns()
        self.draw(seed, count)

    def draw(self, seed, count):
        """The robots that the motion is tried on, and how they lie."""
        self.robots = []
        for i in range(count):
            random = np.random.default_rng([seed, i])
            model = self.robot.model(random)
            data = self.robot.laid(model, random, on_belly=self.motion == "rise")
            self.robot.play(model, data, *self.robot.frames("lie"), rest_s=0.3)
            self.robots.append((model, data))

    def free_columns(self):
        """[(joint, mirrored joint or None, sign)] of what the motion moves."""
        moves = [j for j in range(len(self.robot.joints)) if np.ptp(self.postures[:, j]) > 0]
        groups, pairs = self.robot.description["groups"], {}
        for left, right in (("left_leg", "right_leg"), ("left_arm", "right_arm")):
            for a, b in zip(groups[left], groups[right]):
                a, b = self.robot.index[a], self.robot.index[b]
                for sign in (1, -1):
                    if np.abs(self.postures[:, a] - sign * self.postures[:, b]).max() < 1e-3:
                        pairs[a] = (b, sign)
        mirrored = {b for b, _ in pairs.values()}
        return [(j, *pairs.get(j, (None, 1))) for j in moves if j not in mirrored]

    def vector(self):
        return np.concatenate([np.log(self.times)] + [self.postures[:, j] for j, _, _ in self.columns])

    def unpack(self, x):
        n = len(self.times)
        postures = self.postures.copy()
        for k, (j, mirrored, sign) in enumerate(self.columns):
            postures[:, j] = x[n * (k + 1):n * (k + 2)]
            if mirrored is not None:
                postures[:, mirrored] = sign * postures[:, j]
        kept = np.clip(postures, self.robot.low + MARGIN_RAD, self.robot.high - MARGIN_RAD)
        return np.clip(np.exp(x[:n]), 0.1, 5.0), kept, 0.1 * np.abs(postures - kept).sum()

    def cost(self, x):
        """Mean and worst miss over the robots, and the time; and how many got there."""
        times, postures, beyond = self.unpack(x)
        misses, there, took_s = [], 0, 0.0
        for model, start in self.robots:
            data = mujoco.MjData(model)
            data.qpos[:], data.qvel[:] = start.qpos, start.qvel
            took_s = self.robot.play(model, data, times, postures, REST_S)
            miss, good = self.miss(self.robot, model, data)
            misses.append(miss)
            there += bool(good)
        return np.mean(misses) + 0.5 * max(misses) + beyond + self.time_weight * took_s, there, took_s

    def text(self, x):
        """The frames as they stand in tuning.yaml."""
        times, postures, _ = self.unpack(x)
        lines, before = [f"  {self.motion}:"], self.robot.home
        for duration_s, posture in zip(times, np.round(postures, 3)):
            items = [f"s: {duration_s:.2f}"]
            items += [f"{name}: {posture[j]:g}" for j, name in enumerate(self.robot.joints) if posture[j] != before[j]]
            line = "    - {"
            for item in items:
                if len(line) + len(item) > 116:
                    lines.append(line.rstrip())
                    line = "       "
                line += item + ", "
            lines.append(line.rstrip(", ") + "}")
            before = posture
        return "\n".join(lines) + "\n"


def cma_es(search, minutes, sigma, seed, report):
    """Minimises search.cost from its own vector; the best point that was seen."""
    random = np.random.default_rng(seed)
    start = search.vector()
    n, size = len(start), 14
    parents = size // 2
    w = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
    w /= w.sum()
    mu = 1 / (w**2).sum()
    c_c, c_s = (4 + mu / n) / (n + 4 + 2 * mu / n), (mu + 2) / (n + mu + 5)
    c_1 = 2 / ((n + 1.3)**2 + mu)
    c_mu = min(1 - c_1, 2 * (mu - 2 + 1 / mu) / ((n + 2)**2 + mu))
    damping = 1 + 2 * max(0, np.sqrt((mu - 1) / (n + 1)) - 1) + c_s
    expected = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))
    mean, C, p_c, p_s = start.copy(), np.eye(n), np.zeros(n), np.zeros(n)
    best, best_cost, generation, begin = start, search.cost(start)[0], 0, time.monotonic()
    while time.monotonic() - begin < 60 * minutes:
        squares, B = np.linalg.eigh(0.5 * (C + C.T))
        D = np.sqrt(np.maximum(squares, 1e-12))
        steps = (random.standard_normal((size, n)) * D) @ B.T
        results = [search.cost(mean + sigma * step) for step in steps]
        costs = [result[0] for result in results]
        order = np.argsort(costs)
        generation += 1
        if costs[order[0]] < best_cost:
            best, best_cost = mean + sigma * steps[order[0]], costs[order[0]]
            report(best)
        step = w @ steps[order[:parents]]
        mean = mean + sigma * step
        p_s = (1 - c_s) * p_s + np.sqrt(c_s * (2 - c_s) * mu) * (B @ ((B.T @ step) / D))
        length = np.linalg.norm(p_s)
        is_slow = length / np.sqrt(1 - (1 - c_s)**(2 * generation)) / expected < 1.4 + 2 / (n + 1)
        p_c = (1 - c_c) * p_c + is_slow * np.sqrt(c_c * (2 - c_c) * mu) * step
        C = ((1 - c_1 - c_mu) * C + c_1 * np.outer(p_c, p_c)
             + c_mu * (steps[order[:parents]].T * w) @ steps[order[:parents]])
        sigma *= np.exp(c_s / damping * (length / expected - 1))
        _, there, took_s = results[order[0]]
        print(f"{generation}: best {best_cost:.3f}; of this one {costs[order[0]]:.3f}, {there} of {len(search.robots)} there, "
              f"{took_s:.1f} s; median {np.median(costs):.3f}, step {sigma:.3f}", file=sys.stderr, flush=True)
    if search.cost(mean)[0] < best_cost:
        best = mean
        report(best)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("robot", help="folder of the robot")
    parser.add_argument("motion", choices=["roll", "rise"])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--step", type=float, default=0.05, help="of the search at first, rad and shares of the times")
    parser.add_argument("--time-weight", type=float, default=0.05, help="cost of a second")
    parser.add_argument("--robots", type=int, default=4, help="tried at once")
    parser.add_argument("--seed", type=int, default=3000)
    parser.add_argument("--out", help="file for the section; default: standard output")
    parser.add_argument("--check", type=int, metavar="N", help="no search: try the motion as it stands on N robots")
    arguments = parser.parse_args()
    search = Search(Robot(arguments.robot), arguments.motion, arguments.seed, arguments.check or arguments.robots,
                    arguments.time_weight)
    if arguments.check:
        cost, there, took_s = search.cost(search.vector())
        print(f"{there} of {arguments.check} there, {took_s:.1f} s, cost {cost:.3f}")
        return

    def report(x):
        if arguments.out:
            pathlib.Path(arguments.out).write_text(search.text(x))

    best = cma_es(search, arguments.minutes, arguments.step, arguments.seed, report)
    if not arguments.out:
        print(search.text(best), end="")


if __name__ == "__main__":
    main()
