"""A record, played to Foxglove over its WebSocket protocol (foxglove.sdk.v1).

    python -m longmen.foxglove_bridge RECORD.mcap [--port 8765] [--speed 1] [--loop]

Topics: /tf (the base and every role's body), /joint_states, /gate (what the motion gate did).
"""

import argparse
import json
import pathlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Error
from .record import Record
from .robot import RobotModel

_RUNGS = ("none", "slow", "hold", "settle", "brace")
_GATE_SCHEMA = {"type": "object", "properties": {
    "armed": {"type": "boolean"}, "changed": {"type": "boolean"}, "rung": {"type": "string", "enum": list(_RUNGS)}}}


@dataclass(frozen=True)
class Moment:
    """What is shown of one tick."""

    time_s: float
    poses: dict[str, NDArray[np.float64]]  #: X_W<role>, 4 x 4
    joints: dict[str, tuple[float, float, float]]  #: position rad, velocity rad/s, torque N m
    gate: dict[str, Any]


def moments(record: Record, robot: RobotModel, rate_Hz: int = 50) -> Iterator[Moment]:
    """The record's moments, in order. Raises Error if the robot's joints are others than the record's."""
    if record.joint_names != robot.joint_names:
        raise Error(f"{record.file}: its joints are not those of {robot.name}")
    ticks = record.ticks(max(1, round(1.0 / (rate_Hz * record.period_s))))
    for row, time_s in enumerate(ticks["time_s"]):
        position, velocity, torque = (ticks[key][row] for key in
                                      ("joint_position_rad", "joint_velocity_rad_s", "torque_Nm"))
        armed, changed, rung, _ = ticks["gate"][row]
        yield Moment(
            time_s=float(time_s),
            poses=robot.forward_kinematics(position, ticks["p_WB"][row], ticks["q_WB"][row]),
            joints=dict(zip(robot.joint_names, zip(position.tolist(), velocity.tolist(), torque.tolist()))),
            gate={"armed": bool(armed), "changed": bool(changed), "rung": _RUNGS[int(rung)]})


def _quaternion(R: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """x, y, z, w of a rotation matrix, from its largest component."""
    squares = np.array([1 + R[0, 0] - R[1, 1] - R[2, 2], 1 - R[0, 0] + R[1, 1] - R[2, 2],
                        1 - R[0, 0] - R[1, 1] + R[2, 2], 1 + R[0, 0] + R[1, 1] + R[2, 2]])
    k = int(squares.argmax())
    scale = 0.5 / np.sqrt(squares[k])
    pairs = np.array([[squares[0], R[0, 1] + R[1, 0], R[0, 2] + R[2, 0], R[2, 1] - R[1, 2]],
                      [R[0, 1] + R[1, 0], squares[1], R[1, 2] + R[2, 1], R[0, 2] - R[2, 0]],
                      [R[0, 2] + R[2, 0], R[1, 2] + R[2, 1], squares[2], R[1, 0] - R[0, 1]],
                      [R[2, 1] - R[1, 2], R[0, 2] - R[2, 0], R[1, 0] - R[0, 1], squares[3]]])
    x, y, z, w = (pairs[k] * scale).tolist()
    return x, y, z, w


class FoxgloveServer:
    """Shows moments to whoever connects: on loopback unless told otherwise, read-only, slow readers lose messages."""

    def __init__(self, port: int = 8765, host: str = "127.0.0.1") -> None:
        """Raises Error when the SDK is absent or the port is taken. Port 0: any free one."""
        try:
            import foxglove
            from foxglove.channels import FrameTransformsChannel, JointStatesChannel
        except ImportError:
            raise Error("the Foxglove bridge needs its SDK: pip install foxglove-sdk") from None
        from foxglove import messages

        self._messages = messages
        context = self._context = foxglove.Context()  # its channels close with it
        self._transforms = FrameTransformsChannel("/tf", context=context)
        self._joints = JointStatesChannel("/joint_states", context=context)
        self._gate = foxglove.Channel("/gate", schema=_GATE_SCHEMA, context=context)
        try:
            self._server = foxglove.start_server(name="longmen", host=host, port=port, context=context)
        except (RuntimeError, OSError) as error:
            raise Error(f"cannot listen on {host}:{port}: {error}") from None
        self.port: int = self._server.port

    def show(self, moment: Moment) -> None:
        """Sends one moment; its time is that of the run."""
        m = self._messages
        nanoseconds = round(1e9 * moment.time_s)
        stamp = m.Timestamp(nanoseconds // 10**9, nanoseconds % 10**9)
        transforms = []
        for role, pose in moment.poses.items():
            x, y, z, w = _quaternion(pose[:3, :3])
            px, py, pz = pose[:3, 3].tolist()
            transforms.append(m.FrameTransform(
                timestamp=stamp, parent_frame_id="world", child_frame_id=role,
                translation=m.Vector3(x=px, y=py, z=pz), rotation=m.Quaternion(x=x, y=y, z=z, w=w)))
        self._transforms.log(m.FrameTransforms(transforms=transforms), log_time=nanoseconds)
        self._joints.log(m.JointStates(timestamp=stamp, joints=[
            m.JointState(name=name, position=q, velocity=v, effort=tau)
            for name, (q, v, tau) in moment.joints.items()]), log_time=nanoseconds)
        self._gate.log(json.dumps(moment.gate).encode(), log_time=nanoseconds)

    def close(self) -> None:
        """Ends all connections."""
        self._server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Exit code 2: bad input, said in one line."""
    parser = argparse.ArgumentParser(prog="longmen.foxglove_bridge", description="Play a record to Foxglove.")
    parser.add_argument("record", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--speed", type=float, default=1.0, help="times real time")
    parser.add_argument("--loop", action="store_true", help="start again at the end")
    options = parser.parse_args(arguments)
    if not options.speed > 0:
        parser.error("--speed must be more than 0")
    try:
        record = Record(options.record)
        played = list(moments(record, RobotModel(record.info["robot"])))
        server = FoxgloveServer(options.port, options.host)
    except Error as error:
        print(error, file=sys.stderr)
        return 2
    print(f"open ws://{options.host}:{server.port} in Foxglove; Ctrl-C ends", flush=True)
    try:
        while True:
            begin = time.monotonic()
            for moment in played:
                time.sleep(max(0.0, begin + moment.time_s / options.speed - time.monotonic()))
                server.show(moment)
            if not options.loop:
                break
    except KeyboardInterrupt:
        pass
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
