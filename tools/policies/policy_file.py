"""Policies as files: fully connected layers in our own plain form (docs/policies.md) and in ONNX, by numpy alone."""

import json
import pathlib
import struct
from dataclasses import dataclass, field

import numpy as np

FIRST_LINE = b"longmen policy 1\n"


@dataclass
class Network:
    """x_0 = (input - mean) * scale, x_k+1 = activation(W x_k + b), output = W x_n + b."""

    robot: str
    joints: int
    mean: np.ndarray
    scale: np.ndarray
    layers: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    activation: str = "tanh"

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """`inputs`: [inputs], or [n, inputs]."""
        x = (inputs - self.mean) * self.scale
        for k, (W, b) in enumerate(self.layers):
            x = x @ W.T + b
            if k + 1 < len(self.layers):
                x = np.tanh(x) if self.activation == "tanh" else np.maximum(x, 0.0)
        return x

    def save(self, file: pathlib.Path) -> None:
        header = {"robot": self.robot, "joints": self.joints, "inputs": len(self.mean),
                  "hidden": [len(b) for _, b in self.layers[:-1]], "outputs": len(self.layers[-1][1]),
                  "activation": self.activation}
        arrays = [self.mean, self.scale] + [values for layer in self.layers for values in layer]
        numbers = b"".join(np.ascontiguousarray(values, "<f4").tobytes() for values in arrays)
        file.write_bytes(FIRST_LINE + json.dumps(header).encode() + b"\n" + numbers)

    @staticmethod
    def load(file: pathlib.Path) -> "Network":
        data = file.read_bytes()
        if not data.startswith(FIRST_LINE):
            raise ValueError(f"{file}: is no policy")
        line, _, numbers = data[len(FIRST_LINE):].partition(b"\n")
        header = json.loads(line)
        values = np.frombuffer(numbers, "<f4").astype(np.float32)
        taken = 0

        def take(*shape: int) -> np.ndarray:
            nonlocal taken
            taken += int(np.prod(shape))
            return values[taken - int(np.prod(shape)):taken].reshape(shape).copy()

        width = header["inputs"]
        network = Network(header["robot"], header["joints"], take(width), take(width), [], header["activation"])
        for after in [*header["hidden"], header["outputs"]]:
            network.layers.append((take(after, width), take(after)))
            width = after
        return network

    def save_onnx(self, file: pathlib.Path) -> None:
        """The same function as an ONNX graph: input "observation" [1, n], output "action" [1, m]."""
        nodes, weights, x = [], [], "observation"

        def node(kind: str, inputs: list[str]) -> str:
            name = f"x{len(nodes)}"
            nodes.append(b"".join(_text(1, one) for one in inputs) + _text(2, name) + _text(4, kind))
            return name

        def weight(values: np.ndarray) -> str:
            name = f"w{len(weights)}"
            data = np.ascontiguousarray(values, "<f4")
            weights.append(b"".join(_number(1, size) for size in data.shape) + _number(2, 1) + _text(8, name)
                           + _bytes(9, data.tobytes()))
            return name

        x = node("Mul", [node("Sub", [x, weight(self.mean)]), weight(self.scale)])
        for k, (W, b) in enumerate(self.layers):
            x = node("Add", [node("MatMul", [x, weight(W.T)]), weight(b)])
            if k + 1 < len(self.layers):
                x = node("Tanh" if self.activation == "tanh" else "Relu", [x])
        nodes[-1] = nodes[-1].replace(_text(2, x), _text(2, "action"))
        graph = (b"".join(_bytes(1, one) for one in nodes) + _text(2, "policy")
                 + b"".join(_bytes(5, one) for one in weights)
                 + _bytes(11, _value("observation", len(self.mean)))
                 + _bytes(12, _value("action", len(self.layers[-1][1]))))
        file.write_bytes(_number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13)))


# The little of the protobuf wire format that an ONNX graph of dense layers needs.

def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += struct.pack("B", value & 0x7F | 0x80)
        value >>= 7
    return out + struct.pack("B", value)


def _number(field_number: int, value: int) -> bytes:
    return _varint(field_number << 3) + _varint(value)


def _bytes(field_number: int, value: bytes) -> bytes:
    return _varint(field_number << 3 | 2) + _varint(len(value)) + value


def _text(field_number: int, value: str) -> bytes:
    return _bytes(field_number, value.encode())


def _value(name: str, width: int) -> bytes:
    """A ValueInfoProto of a float tensor [1, width]."""
    shape = b"".join(_bytes(1, _number(1, size)) for size in (1, width))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, shape)))
