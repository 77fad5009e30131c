#!/usr/bin/env python3
"""A run's video: what the robot says is heard in it when it is said, and only then.   video_test.py PROGRAM"""
import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
RATE_HZ = 8000
SILENT, HEARD = 1e-3, 0.02  # of a full wave


class Video(unittest.TestCase):
    def run_filmed(self, sentence):
        with tempfile.TemporaryDirectory() as folder:
            video = pathlib.Path(folder) / "run.mp4"
            done = subprocess.run([PROGRAM, "run", sentence, "--json", "--video", video, "--record", video.with_suffix(".mcap")],
                                  capture_output=True, text=True, timeout=280)
            self.assertEqual(done.returncode, 0, done.stderr)
            streams = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", video],
                                     check=True, capture_output=True, text=True).stdout.split()
            sound = b""
            if "audio" in streams:
                sound = subprocess.run(["ffmpeg", "-v", "error", "-i", video, "-vn", "-f", "s16le", "-ac", "1", "-ar",
                                        str(RATE_HZ), "-"], check=True, capture_output=True).stdout
            return json.loads(done.stdout), streams, sound

    def loudness(self, sound, from_s, to_s):
        samples = [s for (s,) in struct.iter_unpack("<h", sound[2 * int(from_s * RATE_HZ):2 * int(to_s * RATE_HZ)])]
        self.assertGreater(len(samples), 0)
        return math.sqrt(sum(s * s for s in samples) / len(samples)) / 32768

    def test_what_the_robot_says_is_heard_when_it_is_said(self):
        result, streams, sound = self.run_filmed('wait 1 second and say "good morning" and wait 2 seconds')
        self.assertEqual(sorted(streams), ["audio", "video"])
        said_s = result["receipts"][1]["started_s"]
        self.assertGreater(said_s, 1.0)
        self.assertLess(self.loudness(sound, 0, said_s - 0.05), SILENT)
        self.assertGreater(self.loudness(sound, said_s + 0.05, said_s + 0.75), HEARD)
        self.assertLess(self.loudness(sound, said_s + 2.0, result["duration_s"]), SILENT)

    def test_a_run_without_words_has_no_sound(self):
        _, streams, _ = self.run_filmed("wait 1 second")
        self.assertEqual(streams, ["video"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
