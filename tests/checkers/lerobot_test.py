#!/usr/bin/env python3
"""LeRobot's own class reads what `python -m longmen.lerobot` writes, number by number.   lerobot_test.py PROGRAM

LEROBOT_PYTHON: of the environment of requirements-lerobot.txt; the package longmen is in this one.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import longmen
import numpy as np

PROGRAM = sys.argv.pop(1)
READER = pathlib.Path(__file__).with_name("lerobot_reader.py")
SENTENCES = ("wave", "turn left 30 degrees")
EVERY = 20  # ticks of a frame: 50 a second


class LeRobot(unittest.TestCase):
    def test_it_reads_every_number_as_it_is_in_the_records(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            records = [folder / f"{i}.mcap" for i in range(len(SENTENCES))]
            environment = dict(os.environ, XDG_DATA_HOME=name, HF_HOME=name, HF_HUB_OFFLINE="1")
            for sentence, record in zip(SENTENCES, records):
                subprocess.run([PROGRAM, "run", sentence, "--record", record], check=True, capture_output=True,
                               env=environment, timeout=300)
            subprocess.run([sys.executable, "-m", "longmen.lerobot", folder / "set", *records], check=True, env=environment)
            read = subprocess.run([os.environ["LEROBOT_PYTHON"], READER, folder / "set", folder / "seen.npz"], env=environment,
                                  capture_output=True, text=True, timeout=300)
            self.assertEqual(read.returncode, 0, read.stderr)
            seen = np.load(folder / "seen.npz")
            ticks = [longmen.Record(record).ticks(every=EVERY) for record in records]

        torque = np.concatenate([t["torque_Nm"] for t in ticks]).astype(np.float32)
        self.assertGreater(len(torque), 100)
        np.testing.assert_array_equal(seen["action"], torque)
        joints = np.concatenate([t["joint_position_rad"] for t in ticks]).astype(np.float32)
        np.testing.assert_array_equal(seen["observation.state"][:, 10:10 + joints.shape[1]], joints)
        np.testing.assert_array_equal(seen["episode_index"], np.repeat([0, 1], [len(t["torque_Nm"]) for t in ticks]))
        self.assertEqual(list(dict.fromkeys(seen["tasks"])), list(SENTENCES))
        np.testing.assert_allclose(seen["mean"], torque.mean(0), atol=1e-3)
        self.assertEqual((int(seen["fps"]), int(seen["episodes"])), (50, 2))
        for ahead in range(3):  # what a policy would be trained on: actions at 0, 20 and 40 ms
            np.testing.assert_array_equal(seen["batch"][:, ahead], torque[ahead:ahead + 8])
        self.assertEqual(seen["padded"].tolist(), [False, True, True])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
