"""The bookmarks of an episode as they lie in its file: JSON in a list of bytes that may grow."""

import json
from collections.abc import Iterable

import h5py
import numpy as np

from osimviz.frames import Bookmark
from osimviz.recording.errors import RecordingError
from osimviz.recording.run_json import json_text

#: Far more than anybody writes by hand.
_MOST_BYTES = 4 * 2**20


def write_bookmarks(dataset: h5py.Dataset, bookmarks: Iterable[Bookmark]) -> None:
    """Put bookmarks in the place of those that are there.

    Raises
    ------
    RecordingError
        If they are too many.
    """
    marks = [[bookmark.step, bookmark.note] for bookmark in bookmarks]
    raw = json_text(marks).encode() if marks else b""
    if len(raw) > _MOST_BYTES:
        raise RecordingError(f"the bookmarks take {len(raw)} bytes, more than the {_MOST_BYTES} a recording holds")
    dataset.resize((len(raw),))
    if raw:
        dataset[:] = np.frombuffer(raw, dtype=np.uint8)


def read_bookmarks(dataset: h5py.Dataset | None, n_frames: int) -> tuple[Bookmark, ...]:
    """Return the bookmarks of an episode in the order of their steps; those beyond its frames are left out.

    Raises
    ------
    RecordingError
        If they are not as they were written: nothing else of the recording depends on them.
    """
    if dataset is None:
        return ()
    try:
        if dataset.ndim != 1 or dataset.dtype != np.uint8 or dataset.shape[0] > _MOST_BYTES:
            raise ValueError("no list of bytes")
        raw = bytes(dataset[:])
        marks = {int(step): str(note) for step, note in json.loads(raw)} if raw else {}
    except (OSError, RuntimeError, ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise RecordingError("its bookmarks are damaged and left out") from error
    return tuple(Bookmark(step, marks[step]) for step in sorted(marks) if 0 <= step < n_frames)
