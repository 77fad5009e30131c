"""Registers the environments with Gymnasium: `import longmen.gym`, then `gymnasium.make("longmen/Velocity-v0")`."""

from gymnasium.envs.registration import register

from .env import JointsEnv, ThreadedJointsEnv, ThreadedVelocityEnv, VelocityEnv

__all__ = ["JointsEnv", "ThreadedJointsEnv", "ThreadedVelocityEnv", "VelocityEnv"]

register("longmen/Velocity-v0", entry_point=VelocityEnv, vector_entry_point=ThreadedVelocityEnv)
register("longmen/Joints-v0", entry_point=JointsEnv, vector_entry_point=ThreadedJointsEnv)
