"""Verifies a signed record with nothing of ours: the specifications of MCAP, RFC 6962, RFC 8032 and
C2SP checkpoints, written down a second time. For verify_test.cpp.

    verify_with_python.py RECORD.mcap PUBLIC_KEY      prints what is proved; exit 1 if it is not
"""

import base64
import hashlib
import struct
import sys

import zstandard

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def edwards_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    o, q = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, q - o, q + o, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def edwards_times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = edwards_add(total, point)
        point = edwards_add(point, point)
        scalar >>= 1
    return total


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    assert y < P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = decompress(BASE_Y.to_bytes(32, "little"))


def ed25519_verifies(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(hashed, "little") % L
    left = edwards_times(s, BASE)
    right = edwards_add(decompress(signature[:32]), edwards_times(k, decompress(public)))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0
            and (left[1] * right[2] - right[1] * left[2]) % P == 0)


def tree_root(leaves):
    """RFC 6962, 2.1, bottom up: a node without sibling rises as it is."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = leaves
    while len(level) > 1:
        above = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
                 for i in range(0, len(level) - 1, 2)]
        level = above + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def open_note(note, key):
    """The text of a signed note, if this key signed it."""
    name, key_id, blob = key.split("+", 2)
    public = base64.b64decode(blob)
    assert public[0] == 1 and len(public) == 33
    computed = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    assert computed.hex() == key_id
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature)
        if dash == "\u2014" and signer == name and signature[:4] == computed:
            assert ed25519_verifies(public[1:], text.encode(), signature[4:])
            return text
    raise AssertionError("not signed by the key")


def records_of(data, offset, end):
    while offset < end:
        opcode, length = struct.unpack_from("<BQ", data, offset)
        yield offset, opcode, data[offset:offset + 9 + length]
        offset += 9 + length
    assert offset == end


def texts_of(data):
    texts = []
    while data:
        (length,) = struct.unpack_from("<I", data)
        texts.append(data[4:4 + length].decode())
        data = data[4 + length:]
    return texts


def verify(data, key):
    leaves, checkpoints, is_ended = [], 0, False
    for offset, opcode, record in records_of(data, 8, len(data) - 8):
        if opcode == 0x0F:  # end of data: the rest is the summary
            break
        if opcode == 0x06:
            assert not is_ended
            head = struct.calcsize("<QQQI")
            (name_length,) = struct.unpack_from("<I", record, 9 + head)
            content = zstandard.ZstdDecompressor().decompress(record[9 + head + 4 + name_length + 8:])
            leaves += [leaf_hash(inner) for _, _, inner in records_of(content, 0, len(content))]
        if opcode == 0x0C:
            (name_length,) = struct.unpack_from("<I", record, 9)
            assert record[13:13 + name_length] == b"longmen.checkpoint"
            label, note = texts_of(record[13 + name_length + 4:])
            assert label == "note"
            origin, size, root = open_note(note, key).splitlines()
            prefix = hashlib.sha256(data[:offset]).hexdigest()
            for end in ("end", "goes on"):
                leaf = leaf_hash(f"longmen file\n{offset}\n{prefix}\n{end}\n".encode())
                if tree_root(leaves + [leaf]) == base64.b64decode(root):
                    break
            else:
                raise AssertionError(f"checkpoint at byte {offset} does not fit")
            leaves.append(leaf)
            is_ended = end == "end"
            assert int(size) == len(leaves)
            checkpoints += 1
    assert is_ended
    return origin, len(leaves), checkpoints


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    try:
        print("proved {} {} {}".format(*verify(data, sys.argv[2])))
    except (AssertionError, ValueError, struct.error, zstandard.ZstdError) as error:
        print(f"not proved: {error}")
        sys.exit(1)


main()
