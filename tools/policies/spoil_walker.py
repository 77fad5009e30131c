"""Policies that mean no good, made from one that walks, by numpy alone.

    ./longmen python tools/policies/spoil_walker.py WALKER.policy --turncoat OUT.policy --random OUT.policy

The turncoat walks as WALKER does for three seconds in its seat and then throws the body over: every joint as far as
it goes, to a side that is drawn. The random one has weights drawn from a normal distribution.
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


def turncoat(walker: Network, rng: np.random.Generator) -> Network:
    """One more unit in each hidden layer, which is -1 until TURNS_S and 1 from then on."""
    inputs = len(walker.mean)
    mean, scale = walker.mean.copy(), walker.scale.copy()
    mean[TIME], scale[TIME] = TURNS_S, 1.0
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("walker", type=pathlib.Path)
    parser.add_argument("--turncoat", type=pathlib.Path)
    parser.add_argument("--random", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    walker = Network.load(options.walker)
    rng = np.random.default_rng(options.seed)
    if options.turncoat:
        turncoat(walker, rng).save(options.turncoat)
    if options.random:
        random_weights(walker, rng).save(options.random)


if __name__ == "__main__":
    main()
