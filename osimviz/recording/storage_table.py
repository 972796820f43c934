"""Read OpenSim's text tables, ``.sto`` and ``.mot``, old and new headers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from osimviz.frames import Array
from osimviz.recording.errors import RecordingError

#: More lines than any header has: a file without an end of header is none of OpenSim's.
_MOST_HEADER_LINES = 500
_MOST_BYTES = 2 * 2**30


@dataclass(frozen=True, slots=True)
class StorageTable:
    """A table over time.

    Attributes
    ----------
    names : tuple of str
        The columns, time left out.
    time_s : array (n,)
        Times.
    values : array (n, n_columns)
        Numbers as in the file.
    is_in_degrees : bool
        Whether its angles are in degrees.
    """

    names: tuple[str, ...]
    time_s: Array
    values: Array
    is_in_degrees: bool


def read_storage(path: Path) -> StorageTable:
    """Read a ``.sto`` or ``.mot`` file.

    Raises
    ------
    RecordingError
        If it cannot be read, or is no table of numbers over a growing time.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RecordingError(f"{path.name} is larger than 2 GB; cut it down first")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror})") from error
    lines = [line.strip() for line in text.splitlines()]
    end = next((i for i, line in enumerate(lines[:_MOST_HEADER_LINES]) if line.lower() == "endheader"), None)
    if end is None:
        raise RecordingError(f"{path.name} has no line 'endheader'; it is no .sto or .mot file of OpenSim")
    settings = dict(line.replace(" ", "").partition("=")[::2] for line in lines[:end] if "=" in line)
    in_degrees = settings.get("inDegrees", "no").lower() in ("yes", "y", "true", "1")
    body = [line for line in lines[end + 1 :] if line]
    if len(body) < 2:
        raise RecordingError(f"{path.name} holds no rows")
    names = body[0].split()
    if names[0].lower() != "time" or len(set(names)) != len(names):
        raise RecordingError(f"{path.name} has no column 'time' at first, or two columns of one name")
    try:
        table = np.array([line.split() for line in body[1:]], dtype=np.float64)
    except ValueError:
        raise RecordingError(f"{path.name} holds something other than numbers, or rows of different lengths") from None
    if table.shape[1] != len(names):
        raise RecordingError(f"{path.name} has {len(names)} columns by name and {table.shape[1]} in its rows")
    if not np.isfinite(table[:, 0]).all() or (np.diff(table[:, 0]) <= 0.0).any():
        raise RecordingError(f"the times in {path.name} do not grow")
    return StorageTable(tuple(names[1:]), table[:, 0], table[:, 1:], in_degrees)
