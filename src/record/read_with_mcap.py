"""Prints a record as the PyPI packages see it, for python_reader_test.cpp to compare."""

import struct
import sys

from mcap.reader import NonSeekingReader, make_reader
from mcap_protobuf.decoder import DecoderFactory


def hex_of(values):
    return "".join(f" {struct.unpack('<Q', struct.pack('<d', v))[0]:016x}" for v in values)


def lines_of(reader, summary):
    lines = []
    counts = {}
    notes = []
    run = configuration = None
    for schema, channel, message, decoded in reader.iter_decoded_messages():
        key = f"{channel.topic} {schema.name}"
        counts[key] = counts.get(key, 0) + 1
        if channel.topic == "/run":
            run = decoded
        elif channel.topic == "/configuration":
            configuration = decoded
        elif channel.topic == "/sensors":
            lines.append(f"sensors {decoded.tick} at {message.log_time}:"
                         f"{hex_of(decoded.joint_position_rad)}")
        elif channel.topic == "/gate":
            lines.append(f"safe {decoded.tick}:{hex_of(decoded.safe.torque_Nm)}")
        elif channel.topic == "/event":
            notes.append(f"note {decoded.note}")
    if summary is not None:
        statistics = summary.statistics
        assert statistics.message_count == sum(counts.values())
        assert statistics.chunk_count == len(summary.chunk_indexes) > 5
        for channel_id, count in statistics.channel_message_counts.items():
            channel = summary.channels[channel_id]
            name = summary.schemas[channel.schema_id].name
            assert counts.get(f"{channel.topic} {name}", 0) == count
    head = [f"{key} {count}" for key, count in sorted(counts.items())]
    head.append(f"run {run.robot} {run.world} {run.seed} {' '.join(run.joints)}")
    head.append(f"configuration {configuration.text}")
    return head + lines + notes


def main():
    with open(sys.argv[1], "rb") as file:
        reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
        by_index = lines_of(reader, reader.get_summary())
    with open(sys.argv[1], "rb") as file:
        scanning = NonSeekingReader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
        by_scan = lines_of(scanning, None)
    print("\n".join(by_index))
    print("the same by scanning" if by_scan == by_index else "scanning gives something else")


main()
