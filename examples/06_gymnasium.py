"""Two robots on two threads follow random velocity commands; how much faster than real time?"""

import time

import gymnasium
import numpy as np

import longmen.gym  # noqa: F401  registers the environments

env = gymnasium.make_vec("longmen/Velocity-v0", num_envs=2)
env.reset(seed=1)
env.action_space.seed(1)
start = time.perf_counter()
steps = 200
for step in range(steps):
    if step % 50 == 0:
        action = env.action_space.sample()
    observation, reward, ended, cut, info = env.step(action)
wall_s = time.perf_counter() - start
print(f"mean reward {np.mean(reward):.2f}; {2 * steps * 0.02 / wall_s:.1f} times real time in sum")
env.close()
