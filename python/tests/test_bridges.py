"""What other programs get: a LeRobot dataset, a Foxglove stream."""

import json
import struct

import numpy as np
import pyarrow.parquet as pq
import pytest
from websockets.sync.client import connect

import longmen
from longmen.foxglove_bridge import FoxgloveServer, moments
from longmen.lerobot import export

ROBOT = sorted(p.parent.name for p in (longmen.data_folder() / "robots").glob("*/robot.yaml"))[0]


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    file = tmp_path_factory.mktemp("record") / "run.mcap"
    longmen.run_scenario({"robot": ROBOT, "duration_s": 2, "command": [[1, 0.3, 0, 0]]}, record=file)
    return file


def test_a_lerobot_dataset_holds_the_records_numbers(record, tmp_path):
    export([record, record], tmp_path / "set")
    info = json.loads((tmp_path / "set/meta/info.json").read_text())
    assert info["codebase_version"] == "v3.0" and info["total_episodes"] == 2 and info["total_frames"] == 200
    data = pq.read_table(tmp_path / "set" / info["data_path"].format(chunk_index=0, file_index=0))
    assert data.column_names == list(info["features"]) and data.num_rows == 200
    ticks = longmen.Record(record).ticks(every=20)
    action = np.stack(data["action"].to_numpy())
    assert np.array_equal(action[:100], ticks["torque_Nm"].astype(np.float32))
    state = np.stack(data["observation.state"].to_numpy())
    for key, values in (("action", action), ("observation.state", state)):
        assert list(values.shape[1:]) == info["features"][key]["shape"]
        assert len(info["features"][key]["names"]) == values.shape[1]
    assert data["timestamp"].to_numpy()[:3] == pytest.approx([0, 0.02, 0.04])
    assert data["index"].to_numpy().tolist() == list(range(200))
    episodes = pq.read_table(tmp_path / "set/meta/episodes/chunk-000/file-000.parquet").to_pylist()
    assert [(e["dataset_from_index"], e["dataset_to_index"], e["length"]) for e in episodes] == [
        (0, 100, 100), (100, 200, 100)]
    tasks = pq.read_table(tmp_path / "set/meta/tasks.parquet")
    assert json.loads(tasks.schema.metadata[b"pandas"])["index_columns"] == ["task"]
    assert tasks["task"].to_pylist() == episodes[0]["tasks"]
    stats = json.loads((tmp_path / "set/meta/stats.json").read_text())
    assert stats["action"]["mean"] == pytest.approx(action.mean(0).tolist(), abs=1e-3)


def test_an_export_refuses_what_is_no_dataset(record, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    for records, folder, says in ((["nowhere.mcap"], "a", "nowhere"), ([], "b", "no records"),
                                  ([record], "full", "not empty")):
        with pytest.raises(longmen.Error, match=says):
            export(records, tmp_path / folder)
    with pytest.raises(longmen.Error, match="do not divide"):
        export([record], tmp_path / "c", fps=30)


def test_a_foxglove_client_gets_the_records_poses_and_what_the_gate_did(record):
    opened = longmen.Record(record)
    played = list(moments(opened, longmen.RobotModel(ROBOT)))
    assert len(played) == 100
    server = FoxgloveServer(port=0)
    try:
        with connect(f"ws://127.0.0.1:{server.port}", subprotocols=["foxglove.sdk.v1"]) as client:
            assert client.subprotocol == "foxglove.sdk.v1"
            channels = {}
            while len(channels) < 3:
                message = client.recv(timeout=10)
                if isinstance(message, str) and (parsed := json.loads(message))["op"] == "advertise":
                    channels |= {c["topic"]: c for c in parsed["channels"]}
            assert {topic: c["schemaName"] for topic, c in channels.items() if topic != "/gate"} == {
                "/tf": "foxglove.FrameTransforms", "/joint_states": "foxglove.JointStates"}
            client.send(json.dumps({"op": "subscribe", "subscriptions": [
                {"id": n, "channelId": c["id"]} for n, c in enumerate(channels.values())]}))
            by_number = dict(enumerate(channels))
            got = {}
            for attempt in range(200):  # a subscription takes effect a little after it is sent
                server.show(played[50])
                try:
                    message = client.recv(timeout=0.05)
                except TimeoutError:
                    continue
                if isinstance(message, bytes) and message[0] == 1:
                    subscription, stamp = struct.unpack("<IQ", message[1:13])
                    got[by_number[subscription]] = (stamp, message[13:])
                if len(got) == 3:
                    break
        assert set(got) == {"/tf", "/joint_states", "/gate"}
        assert all(stamp == round(1e9 * played[50].time_s) for stamp, _ in got.values())
        assert json.loads(got["/gate"][1]) == {"armed": True, "changed": False, "rung": "none"}
        assert b"left_sole" in got["/tf"][1]
        assert opened.joint_names[0].encode() in got["/joint_states"][1]
    finally:
        server.close()
