"""Reads the table of campaign_results_test with pyarrow: exit code 0 if it holds what was written."""
import sys

import pyarrow.parquet

table = pyarrow.parquet.read_table(sys.argv[1])
rows = table.to_pylist()
expected = {
    "row": ["row"] * 3,
    "test": ["test"] * 3,
    "passed": [True, False, False],
    "seed": [1, 2, 3],
    "fell": [False, None, True],
    "speed": [1.5, None, -2.0],
    "people.touches": [0, None, 7],
    "hash": ["abc", None, "abc"],
}
for name, values in expected.items():
    assert table.column(name).to_pylist() == values, (name, table.column(name).to_pylist())
assert [str(table.schema.field(n).type) for n in ("row", "passed", "seed", "speed")] == [
    "string", "bool", "int64", "double"], table.schema
assert len(rows) == 3
