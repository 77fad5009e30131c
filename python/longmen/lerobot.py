"""Records as a LeRobot dataset (format v3.0), for training with the tools of that project.

    python -m longmen.lerobot FOLDER RECORD.mcap [RECORD.mcap ...]
"""

import json
import os
import pathlib
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Error
from .record import Record

_DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
_EPISODES = "meta/episodes/chunk-000/file-000.parquet"
_BASE = ("v_x", "v_y", "v_z", "w_x", "w_y", "w_z", "q_x", "q_y", "q_z", "q_w")
_INDICES = ("frame_index", "episode_index", "index", "task_index")


def _episode(record: Record, every: int) -> dict[str, NDArray[np.float32]]:
    """State: the base's velocity (W), turning rate (B) and attitude, joint positions, joint velocities, as the robot
    believed them. Action: the torques that left the motion gate."""
    ticks = record.ticks(every)
    if not ticks["time_s"].size:
        raise Error(f"{record.file}: has no ticks")
    state = np.hstack([ticks["v_WB_W"], ticks["w_WB_B"], ticks["q_WB"], ticks["joint_position_rad"],
                       ticks["joint_velocity_rad_s"]])
    return {"observation.state": state.astype(np.float32), "action": ticks["torque_Nm"].astype(np.float32)}


def _statistics(values: NDArray[Any]) -> dict[str, list[float]]:
    table = values.reshape(len(values), -1).astype(float)
    return {"min": table.min(0).tolist(), "max": table.max(0).tolist(), "mean": table.mean(0).tolist(),
            "std": table.std(0).tolist(), "count": [len(table)]}


def export(records: list[str | os.PathLike[str]], folder: str | os.PathLike[str], fps: int = 50) -> None:
    """Writes a dataset with an episode for each record into a new folder. All records are of one robot.

    The task of an episode is its sentence where it has one. Raises Error; needs pyarrow.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise Error("the LeRobot export needs pyarrow: pip install pyarrow") from None

    root = pathlib.Path(folder)
    if root.exists() and any(root.iterdir()):
        raise Error(f"{root}: is not empty")
    if not records:
        raise Error("no records to export")
    opened = [Record(file) for file in records]
    joints, robot = opened[0].joint_names, opened[0].info["robot"]
    for record in opened:
        if record.joint_names != joints:
            raise Error(f"{record.file}: is of {record.info['robot']}, the first record of {robot}; must be one robot")
        if round(1.0 / record.period_s) % fps:
            raise Error(f"{record.file}: {fps} frames a second do not divide its {1.0 / record.period_s:.0f} ticks")

    names = {"observation.state": [*_BASE, *joints, *(f"{joint}.velocity" for joint in joints)], "action": joints}
    tasks: list[str] = []
    columns: dict[str, list[NDArray[Any]]] = {key: [] for key in (*names, "timestamp", *_INDICES)}
    episodes: list[dict[str, Any]] = []
    total = 0
    for index, record in enumerate(opened):
        task = record.info["notes"].get("instruction") or "follow the commanded velocity"
        if task not in tasks:
            tasks.append(task)
        arrays: dict[str, NDArray[Any]] = dict(_episode(record, round(1.0 / (record.period_s * fps))))
        length = len(arrays["action"])
        frames = np.arange(length)
        arrays["timestamp"] = (frames / fps).astype(np.float32)
        arrays |= {"frame_index": frames, "episode_index": np.full(length, index), "index": frames + total,
                   "task_index": np.full(length, tasks.index(task))}
        for key, values in arrays.items():
            columns[key].append(values)
        row = {"episode_index": index, "tasks": [task], "length": length, "data/chunk_index": 0, "data/file_index": 0,
               "dataset_from_index": total, "dataset_to_index": total + length, "meta/episodes/chunk_index": 0,
               "meta/episodes/file_index": 0}
        for key, values in arrays.items():
            row |= {f"stats/{key}/{name}": value for name, value in _statistics(values).items()}
        episodes.append(row)
        total += length

    joined = {key: np.concatenate(values) for key, values in columns.items()}
    features = {key: {"dtype": "float32", "shape": [len(names[key])], "names": names[key]} for key in names}
    features["timestamp"] = {"dtype": "float32", "shape": [1], "names": None}
    features |= {key: {"dtype": "int64", "shape": [1], "names": None} for key in _INDICES}
    info = {"codebase_version": "v3.0", "robot_type": robot, "total_episodes": len(episodes), "total_frames": total,
            "total_tasks": len(tasks), "chunks_size": 1000, "data_files_size_in_mb": 100,
            "video_files_size_in_mb": 200, "fps": fps, "splits": {"train": f"0:{len(episodes)}"}, "data_path": _DATA,
            "video_path": None, "features": features}

    data_file = root / _DATA.format(chunk_index=0, file_index=0)
    for file in (data_file, root / _EPISODES):
        file.parent.mkdir(parents=True, exist_ok=True)
    table = {key: pa.FixedSizeListArray.from_arrays(pa.array(joined[key].ravel()), joined[key].shape[1])
             for key in names}
    table |= {key: pa.array(joined[key]) for key in ("timestamp", *_INDICES)}
    pq.write_table(pa.table(table), data_file)
    pq.write_table(pa.Table.from_pylist(episodes), root / _EPISODES)
    # The task is the row's index, as pandas stores one.
    described = [{"name": name, "field_name": name, "pandas_type": kind, "numpy_type": numpy, "metadata": None}
                 for name, kind, numpy in (("task_index", "int64", "int64"), ("task", "unicode", "object"))]
    pandas = {"index_columns": ["task"], "column_indexes": [], "columns": described, "pandas_version": "2.0.0"}
    table = pa.table({"task_index": pa.array(range(len(tasks)), pa.int64()), "task": pa.array(tasks)})
    pq.write_table(table.replace_schema_metadata({"pandas": json.dumps(pandas)}), root / "meta" / "tasks.parquet")
    (root / "meta" / "info.json").write_text(json.dumps(info, indent=2, ensure_ascii=False), encoding="utf-8")
    statistics = {key: _statistics(values) for key, values in joined.items()}
    (root / "meta" / "stats.json").write_text(json.dumps(statistics, indent=2), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Exit code 2: bad input, said in one line."""
    if len(arguments) < 2:
        print("usage: python -m longmen.lerobot FOLDER RECORD.mcap [RECORD.mcap ...]", file=sys.stderr)
        return 2
    try:
        export(list(arguments[1:]), arguments[0])
    except Error as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
