"""Reads a data set as LeRobot does for training.   lerobot_reader.py FOLDER OUT.npz   (LeRobot's own environment)"""
import sys

import numpy as np
import torch
from lerobot.datasets.lerobot_dataset import LeRobotDataset

ACTION_S = (0.0, 0.02, 0.04)  # a policy learns a stretch of actions, not one


def main(folder, out):
    data = LeRobotDataset("longmen/test", root=folder)
    frames = [data[i] for i in range(len(data))]
    seen = {key: np.stack([frame[key].numpy() for frame in frames])
            for key in ("observation.state", "action", "timestamp", "episode_index", "task_index")}
    stretched = LeRobotDataset("longmen/test", root=folder, delta_timestamps={"action": list(ACTION_S)})
    batch = next(iter(torch.utils.data.DataLoader(stretched, batch_size=8, shuffle=False)))
    np.savez(out, **seen, tasks=np.array([frame["task"] for frame in frames]), batch=batch["action"].numpy(),
             padded=stretched[len(stretched) - 1]["action_is_pad"].numpy(), mean=data.meta.stats["action"]["mean"],
             fps=data.fps, episodes=data.num_episodes, robot=data.meta.robot_type)


if __name__ == "__main__":
    main(*sys.argv[1:])
