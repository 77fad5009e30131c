"""Where robots, worlds, rules and scenarios lie."""

import os
import pathlib


def data_folder() -> pathlib.Path:
    """The folder that holds `robots`, `worlds`, `rules`: LONGMEN_HOME if set, else what the package brought along."""
    return pathlib.Path(os.environ.get("LONGMEN_HOME") or pathlib.Path(__file__).parent / "data")
