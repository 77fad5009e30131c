"""Records a run and reads it back."""

import pathlib
import tempfile

import longmen

with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "stand.mcap"
    longmen.run_scenario({"robot": "qinglong", "duration_s": 2}, record=file)
    record = longmen.Record(file)
    ticks = record.ticks(every=100)
    for time_s, p_WB in zip(ticks["time_s"], ticks["p_WB"]):
        print(f"{time_s:.1f} s: base at {p_WB.round(4)}")
