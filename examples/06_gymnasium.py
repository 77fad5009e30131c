"""Two robots on two threads follow random velocity commands; how much faster than real time?"""

import time

import gymnasium
import numpy as np

import longmen.gym  # noqa: F401  registers the environments

env = gymnasium.make_vec("longmen/Velocity-v0", num_envs=2)
env.reset(seed=1)
env.action_space.seed(1)
start, cpu_start = time.perf_counter(), time.process_time()
steps = 200
for step in range(steps):
    if step % 50 == 0:
        action = env.action_space.sample()
    observation, reward, ended, cut, info = env.step(action)
wall_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
simulated_s = env.num_envs * steps * 0.02
print(f"mean reward {np.mean(reward):.2f}; {simulated_s / wall_s:.1f} times real time in sum by the clock, "
      f"{simulated_s / cpu_s:.1f} a core by CPU time")
env.close()
