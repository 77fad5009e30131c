"""Clones the trusted controller into a motion policy, by numpy alone.

    ./longmen python tools/policies/train_walker.py OUT.policy [--robot NAME] [--rounds 10] [--half OUT.policy]

Each round walks through random commands in simulation, partly by the policy as it is; the motion gate
takes the body over where the policy would fall, so that a round never ends. At every tick the trusted
controller says what it would do there (DAgger: Ross, Gordon, Bagnell 2011); its torques, as position
targets under the policy's gains, are what the network learns. `--half` keeps what the first round made.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # layers this small are slower on several
import numpy as np

from longmen import Episode, RobotModel
from policy_file import Network

PERIOD = 5  # ticks between observations; an answer drives from the next to the one after
SETTLE = 700  # ticks: longer than the stop ladder holds a robot that has just been armed
HIDDEN = (192, 192)


class Learner:
    """A network with two hidden layers and Adam (Kingma, Ba 2015)."""

    def __init__(self, rng: np.random.Generator, inputs: int, outputs: int) -> None:
        sizes = (inputs, *HIDDEN, outputs)
        self.rng = rng
        self.params = []
        for a, b in zip(sizes, sizes[1:]):
            self.params += [rng.normal(0, a**-0.5, (b, a)).astype(np.float32), np.zeros(b, np.float32)]
        self.moments = [(np.zeros_like(p), np.zeros_like(p)) for p in self.params]
        self.steps = 0

    def forward(self, x: np.ndarray) -> list[np.ndarray]:
        layers = [x]
        for k in range(0, len(self.params), 2):
            x = x @ self.params[k].T + self.params[k + 1]
            if k + 2 < len(self.params):
                x = np.tanh(x)
            layers.append(x)
        return layers

    def step(self, x: np.ndarray, y: np.ndarray, rate: float) -> float:
        layers = self.forward(x)
        error = layers[-1] - y
        slope = error / np.float32(len(x))
        self.steps += 1
        for k in range(len(self.params) - 2, -1, -2):
            gradients = (slope.T @ layers[k // 2], slope.sum(0))
            if k > 0:
                slope = (slope @ self.params[k]) * (1 - layers[k // 2] ** 2)
            for i, gradient in zip((k, k + 1), gradients):
                m, v = self.moments[i]
                m += np.float32(0.1) * (gradient - m)
                v += np.float32(0.001) * (gradient**2 - v)
                self.params[i] -= np.float32(rate * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)) * m / (
                    np.sqrt(v) + np.float32(1e-8))
        return float((error**2).mean())

    def learn(self, x: np.ndarray, y: np.ndarray, epochs: int, rate: float) -> float:
        total = epochs * (len(x) // 512)
        done, loss = 0, 0.0
        for _ in range(epochs):
            order = self.rng.permutation(len(x))
            for start in range(0, len(x) - 511, 512):
                rows = order[start:start + 512]
                loss += 0.01 * (self.step(x[rows], y[rows], rate * (1 - 0.95 * done / total)) - loss)
                done += 1
        return loss


class Walks:
    """What was seen, and what the trusted controller would have done in the ticks that an answer drives."""

    def __init__(self, robot: str) -> None:
        self.robot = RobotModel(robot)
        self.stiffness = 2.0 * self.robot.torque_max_Nm
        self.damping = 1.4 * np.sqrt(self.stiffness * self.robot.inertia_kg_m2)
        self.seen: list[np.ndarray] = []
        self.wanted: list[np.ndarray] = []
        self.driven = self.ticks = 0

    def command(self, rng: np.random.Generator) -> tuple[float, float, float]:
        if rng.uniform() < 0.12:
            return 0.0, 0.0, 0.0
        return float(rng.uniform(-0.3, 0.6)), 0.0, float(rng.uniform(-0.3, 0.3)) * (rng.uniform() < 0.2)

    def episode(self, rng: np.random.Generator, network: Network | None, duration_s: float, stint_s: float) -> None:
        """`stint_s`: the longest that the network drives at a time."""
        run = Episode({"robot": self.robot.name, "duration_s": duration_s + 3.0, "command": [[0, 0, 0, 0]]},
                      int(rng.integers(1, 2**31)), joint_commands=True)
        run.step(SETTLE)
        home, ticks = self.robot.home_rad, int(1000 * duration_s)
        lets = False
        next_change = next_turn = 0
        wanted: list[np.ndarray] = []
        answers: list[np.ndarray | None] = []
        for tick in range(ticks):
            if tick >= next_change:
                run.command(*self.command(rng))
                next_change = tick + int(rng.uniform(1500, 5000))
            if network is not None and tick >= next_turn:
                lets = not lets
                next_turn = tick + int(1000 * rng.uniform(0.3, 1.0) * (stint_s if lets else 0.5))
                if not lets:
                    run.withdraw()
            if tick % PERIOD == 0:
                seen = run.observation(0.001 * tick)
                self.seen.append(seen)
                answers.append(None if network is None else network(seen.astype(np.float64)))
                if lets and len(answers) > 1 and answers[-2] is not None:
                    run.propose(home + answers[-2], self.stiffness, self.damping)
            if not run.step(1):  # a fall: what the controller wanted in its last second is no walk
                del wanted[-1000:]
                break
            state = run.state()
            q, v = state["joint_position_rad"], state["joint_velocity_rad_s"]
            wanted.append(q + (run.trusted_torque_Nm() + self.damping * v) / self.stiffness - home)
            if lets:
                self.ticks += 1
                self.driven += run.gate()["driven_ticks"]
        # An answer to what was seen at tick t drives from t + 5 to t + 9.
        n = len(wanted) // PERIOD
        if n < 2:
            del self.seen[len(self.seen) - len(answers):]
            return
        means = np.array(wanted[:n * PERIOD]).reshape(n, PERIOD, -1).mean(1)
        extra = len(answers) - (n - 1)
        if extra:
            del self.seen[-extra:]
        self.wanted += list(means[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--robot", default="qinglong")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--episodes", type=int, default=8, help="of each round")
    parser.add_argument("--seconds", type=float, default=25.0, help="of each episode")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", type=pathlib.Path)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    walks = Walks(options.robot)
    network = learner = None
    mean = scale = y_mean = y_std = np.zeros(0)
    for round_number in range(options.rounds):
        started = time.monotonic()
        walks.driven = walks.ticks = 0
        for _ in range(options.episodes):
            walks.episode(rng, network, options.seconds, 0.5 * round_number)
        walked = time.monotonic()
        seen, wanted = np.array(walks.seen), np.array(walks.wanted)
        if learner is None:
            mean = seen.mean(0)
            mean[25] = 0.0
            std = seen.std(0)
            scale = np.where(std > 1e-6, 1.0 / np.maximum(std, 1e-6), 0.0)
            scale[25] = 0.0  # how long it has been seated does not matter to a walk
            y_mean, y_std = wanted.mean(0), wanted.std(0) + 1e-3
            learner = Learner(rng, seen.shape[1], wanted.shape[1])
        x = np.clip((seen - mean) * scale, -10, 10).astype(np.float32)
        y = np.clip((wanted - y_mean) / y_std, -6, 6).astype(np.float32)
        loss = learner.learn(x, y, epochs=30 if round_number in (0, options.rounds - 1) else 12, rate=1e-3)
        p = [values.astype(np.float64) for values in learner.params]
        p[-2], p[-1] = y_std[:, None] * p[-2], y_std * p[-1] + y_mean
        network = Network(options.robot, walks.robot.na, mean, scale, list(zip(p[0::2], p[1::2])))
        network.save(options.out)
        if round_number == 0 and options.half:
            network.save(options.half)
        print(f"round {round_number + 1}: {len(seen)} samples, the policy drove {walks.driven} of {walks.ticks} ticks, "
              f"loss {loss:.4f}, {walked - started:.0f} s of walking, {time.monotonic() - walked:.0f} s of learning",
              flush=True)


if __name__ == "__main__":
    main()
