"""The process of a motion policy in ONNX: answers observations with commands on descriptor 3.

longmen-policy puts it behind its walls and starts it: onnx_runner.py MODEL.onnx PACKAGES WALLS (policy::Wall). The model has
one float32 input [1, n] and one float32 output [1, m], m the joints or twice as many: offsets from the home
posture in rad, then shares of the torque limits. The messages are those of src/wall/message.h.
"""

import os
import socket
import struct
import sys

FILE_MAX_BYTES = 4 << 20
MAX_JOINTS = 48
VERSION = 1
START, READY, OBSERVATION, COMMAND = 9, 10, 11, 12  # places in wall::Message


def main() -> None:
    model, packages, walls = sys.argv[1:]
    sys.path.insert(0, packages)
    stderr = os.dup(2)
    os.dup2(1, 2)  # nowhere: the wheel looks for devices behind the walls, and says so
    import numpy as np
    import onnxruntime

    robot = socket.socket(fileno=3, family=socket.AF_UNIX, type=socket.SOCK_SEQPACKET)
    robot.setblocking(True)

    def receive(kind: int) -> bytes:
        packet = robot.recv(1 << 16)
        if not packet:
            sys.exit(0)
        if struct.unpack_from("<HH", packet) != (VERSION, kind):
            sys.exit("the robot does not speak this protocol")
        return packet[4:]

    if os.path.getsize(model) > FILE_MAX_BYTES:
        sys.exit(f"{model}: a policy has at most {FILE_MAX_BYTES} bytes")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.add_session_config_entry("session.use_env_allocators", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    os.dup2(stderr, 2)
    (model_input,), (model_output,) = session.get_inputs(), session.get_outputs()

    start = receive(START)[32:]  # behind the robot's name
    (joints,) = struct.unpack_from("<H", start)
    home, torque_max, stiffness, damping = np.frombuffer(start, "<f8", 4 * MAX_JOINTS, 2).reshape(4, -1)[:, :joints]

    def answer(values: np.ndarray) -> np.ndarray:
        (out,) = session.run([model_output.name], {model_input.name: values.reshape(1, -1)})
        if out.shape not in ((1, joints), (1, 2 * joints)):
            sys.exit(f"{model}: the policy is one for another robot")
        return out[0].astype(np.float64)

    answer(np.zeros(26 + 2 * joints, np.float32))  # what must be taken once is taken now
    robot.send(struct.pack("<HHB", VERSION, READY, int(walls)))
    zero = np.zeros(joints)
    while True:
        packet = receive(OBSERVATION)
        tick, count = struct.unpack_from("<qH", packet)
        out = answer(np.frombuffer(packet, "<f4", count, 10).copy())
        torque = out[joints:] * torque_max if len(out) > joints else zero
        arrays = np.concatenate((torque, home + out[:joints], zero, stiffness, damping))
        robot.send(struct.pack("<HHqH", VERSION, COMMAND, tick, joints) + arrays.astype("<f8").tobytes())


if __name__ == "__main__":
    main()
