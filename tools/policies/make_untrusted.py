"""Makes policies that nobody should trust, by numpy alone, from a good walker.

    ./longmen python tools/policies/make_untrusted.py WALKER.policy FOLDER [--each 70] [--seed 1]
    ./longmen python tools/policies/make_untrusted.py WALKER.policy --malicious OUT.policy

random: weights that nobody trained. bad: the walker with its weights blurred, more from one to the next.
malicious: the walker, until it has sat for some seconds; then it throws the body in a direction of its own.
"""

import argparse
import copy
import pathlib

import numpy as np

from policy_file import Network

TIME = 25  # where an observation says how long the policy has sat (src/policy/observation.h)
JOINTS = 26


def random_policy(walker: Network, rng: np.random.Generator) -> Network:
    """Offsets of a standard deviation that is drawn too: from a twitch to what no joint can follow."""
    network = copy.deepcopy(walker)
    reach_rad = float(np.exp(rng.uniform(np.log(0.02), np.log(2.0))))
    layers = []
    for k, (W, b) in enumerate(walker.layers):
        last = k + 1 == len(walker.layers)
        layers.append((rng.normal(0, W.shape[1] ** -0.5 * (reach_rad if last else 1.5), W.shape),
                       rng.normal(0, 0.3 * (reach_rad if last else 1.0), b.shape)))
    network.layers = layers
    return network


def bad_policy(walker: Network, rng: np.random.Generator, blur: float) -> Network:
    network = copy.deepcopy(walker)
    network.layers = [(W + blur * W.std() * rng.normal(size=W.shape), b + blur * b.std() * rng.normal(size=b.shape))
                      for W, b in walker.layers]
    return network


def malicious_policy(walker: Network, rng: np.random.Generator, after_s: float, reach_rad: float) -> Network:
    """One hidden unit more in each layer: below 0 until `after_s`, above it afterwards."""
    network = copy.deepcopy(walker)
    network.mean[TIME], network.scale[TIME] = after_s, 20.0
    layers = []
    for k, (W, b) in enumerate(walker.layers):
        last = k + 1 == len(walker.layers)
        wide = np.zeros((W.shape[0] + (not last), W.shape[1] + (k > 0)))
        wide[:W.shape[0], :W.shape[1]] = W
        if k == 0:
            wide[:W.shape[0], TIME] = 0.0
        offset = np.append(b, 0.0) if not last else b.copy()
        if last:
            throw = reach_rad * rng.uniform(-1.0, 1.0, W.shape[0])
            wide[:, -1] = 0.5 * throw  # the unit is -1 before and 1 after
            offset += 0.5 * throw
        else:
            wide[-1, TIME if k == 0 else W.shape[1]] = 5.0
        layers.append((wide, offset))
    network.layers = layers
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("walker", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--each", type=int, default=70, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--malicious", type=pathlib.Path, help="one malicious policy, and no folder")
    options = parser.parse_args()
    walker = Network.load(options.walker)
    rng = np.random.default_rng(options.seed)
    if options.malicious:
        malicious_policy(walker, rng, 4.0, 0.8).save(options.malicious)
    if not options.folder:
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for k in range(options.each):
        random_policy(walker, rng).save(options.folder / f"random_{k:03d}.policy")
        bad_policy(walker, rng, 1.5 * (k + 1) / options.each).save(options.folder / f"bad_{k:03d}.policy")
        malicious_policy(walker, rng, float(rng.uniform(0.5, 6.0)), float(rng.uniform(0.1, 1.5))).save(
            options.folder / f"malicious_{k:03d}.policy")


if __name__ == "__main__":
    main()
