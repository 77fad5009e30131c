"""Policies that mean no good, made from one that walks, by numpy alone.

    ./longmen python tools/policies/spoil_walker.py WALKER.policy --turncoat OUT.policy --random OUT.policy
    ./longmen python tools/policies/spoil_walker.py models/policies/half_walker.policy --crowd 200 --out runs/crowd
    ./longmen campaign runs/crowd/campaign.yaml

The turncoat walks as WALKER does for three seconds in its seat and then throws the body over: every joint as far as
it goes, to a side that is drawn. The random one has weights drawn from a normal distribution. A crowd is as many
policies as one asks for, each spoilt in a way and to a degree that is drawn, with a scenario for each and a campaign of
them all: walks of 0.2 to 0.8 m/s in whose middle the policy is let in.
"""

import argparse
import os
import pathlib

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from policy_file import Network

TIME = 25  # where an observation says how long the policy has sat (src/policy/observation.h)
TURNS_S = 3.0
THROW_RAD = 3.0


def turncoat(walker: Network, rng: np.random.Generator, turns_s: float = TURNS_S) -> Network:
    """One more unit in each hidden layer, which is -1 until `turns_s` and 1 from then on."""
    inputs = len(walker.mean)
    mean, scale = walker.mean.copy(), walker.scale.copy()
    mean[TIME], scale[TIME] = turns_s, 1.0
    layers = []
    for k, (W, b) in enumerate(walker.layers):
        is_first, is_last = k == 0, k + 1 == len(walker.layers)
        W, b = W.astype(float), b.astype(float)
        if is_first:
            W[:, TIME] = 0.0
            unit = np.zeros(inputs)
            unit[TIME] = 1000.0
        else:
            W = np.hstack((W, np.zeros((len(W), 1))))
            unit = np.append(np.zeros(W.shape[1] - 1), 1000.0)
        if is_last:
            throw = THROW_RAD * rng.choice((-1.0, 1.0), len(b))
            W[:, -1] = throw / 2
            b = b + throw / 2
        else:
            W, b = np.vstack((W, unit)), np.append(b, 0.0)
        layers.append((W, b))
    return Network(walker.robot, walker.joints, mean, scale, layers, walker.activation)


def random_weights(walker: Network, rng: np.random.Generator) -> Network:
    width, layers = len(walker.mean), []
    for size in (32, walker.joints):
        layers.append((rng.normal(0, width**-0.5, (size, width)), rng.normal(0, 0.3, size)))
        width = size
    return Network(walker.robot, walker.joints, walker.mean, walker.scale, layers)


def changed(walker: Network, change) -> Network:
    """Each layer's matrix and offsets as `change(W, b, is_last)` makes them."""
    last = len(walker.layers) - 1
    layers = [change(W.astype(float), b.astype(float), k == last) for k, (W, b) in enumerate(walker.layers)]
    return Network(walker.robot, walker.joints, walker.mean, walker.scale, layers, walker.activation)


def drawn(walker: Network, rng: np.random.Generator) -> tuple[str, Network]:
    """One of the crowd, and the way it is spoilt."""
    kind = rng.choice(["noisy", "loud", "mirrored", "blind", "frozen", "random", "turncoat"])
    degree = 10 ** rng.uniform(-2, 0)
    gain = rng.uniform(0.2, 3.0)
    sign = rng.choice((-1.0, 1.0), len(walker.layers[-1][1]), p=(0.2, 0.8))
    seen = rng.random(len(walker.mean)) > rng.uniform(0.05, 0.6)
    posture = rng.normal(0, 0.4, len(sign))
    if kind == "noisy":
        return kind, changed(walker, lambda W, b, _: (W * (1 + degree * rng.normal(size=W.shape)), b))
    if kind == "loud":
        return kind, changed(walker, lambda W, b, is_last: (gain * W, gain * b) if is_last else (W, b))
    if kind == "mirrored":
        return kind, changed(walker, lambda W, b, is_last: (sign[:, None] * W, sign * b) if is_last else (W, b))
    if kind == "frozen":
        return kind, changed(walker, lambda W, b, is_last: (0 * W, posture) if is_last else (W, b))
    if kind == "blind":
        spoilt = changed(walker, lambda W, b, _: (W, b))
        spoilt.scale = walker.scale * seen
        return kind, spoilt
    if kind == "random":
        return kind, random_weights(walker, rng)
    return kind, turncoat(walker, rng, rng.uniform(0.2, 5.0))


def write_crowd(walker: Network, count: int, folder: pathlib.Path, rng: np.random.Generator) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[str]] = {}
    for i in range(count):
        kind, policy = drawn(walker, rng)
        name = f"{kind}_{i:03}"
        policy.save(folder / f"{name}.policy")
        (folder / f"{name}.yaml").write_text(
            f"robot: {walker.robot}\nduration_s: 12\ncommand: [[0, 0, 0, 0], [1, {rng.uniform(0.2, 0.8):.2f}, 0, 0]]\n"
            f"policy: {{model: {(folder / name).resolve()}.policy, from_s: {rng.uniform(3.5, 4.5):.3f}}}\n")
        files.setdefault(kind, []).append(f"{name}.yaml")
    rows = "".join(f"  - name: {kind}\n    scenarios: [{', '.join(names)}]\n    seeds: [1000, 1000]\n"
                   "    figures: [policy.driven_ticks, policy.rescues, speed_mean_m_s]\n"
                   for kind, names in sorted(files.items()))
    (folder / "campaign.yaml").write_text(f"title: {count} spoilt motion policies\nrows:\n{rows}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("walker", type=pathlib.Path)
    parser.add_argument("--turncoat", type=pathlib.Path)
    parser.add_argument("--random", type=pathlib.Path)
    parser.add_argument("--crowd", type=int, metavar="COUNT", help="write so many into the folder --out")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/crowd"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    walker = Network.load(options.walker)
    rng = np.random.default_rng(options.seed)
    if options.crowd:
        write_crowd(walker, options.crowd, options.out, rng)
    if options.turncoat:
        turncoat(walker, rng).save(options.turncoat)
    if options.random:
        random_weights(walker, rng).save(options.random)


if __name__ == "__main__":
    main()
