"""Where the older steps of a long run go when they outgrow their share of memory."""

import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, RunInfo
from osimviz.recording.errors import RecordingError
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.writer import RecordingWriter


class SpillFile:
    """A file in the temporary folder that holds the older frames of a run; a `FrameStore`.

    Parameters
    ----------
    info : RunInfo
        The run.
    layout : RowLayout
        How its frames lie in a row.
    folder : Path, optional
        Where the file is made; the system's temporary folder if not given.

    Raises
    ------
    RecordingError
        If it cannot be written there.
    """

    def __init__(self, info: RunInfo, layout: RowLayout, folder: Path | None = None) -> None:
        self.layout = layout
        self._folder = tempfile.TemporaryDirectory(prefix="osimviz-", dir=folder, ignore_cleanup_errors=True)
        self._writer = RecordingWriter(Path(self._folder.name) / "run.h5")
        try:
            self._writer.begin_rows(info, layout)
        except RecordingError:
            self.close()
            raise

    @property
    def n_frames(self) -> int:
        """Frames that can be read."""
        return self._writer.stored.n_frames

    def row(self, index: int) -> Array:
        """Return one row, shape (width,)."""
        return self._writer.stored.row(index)

    def paths(self, index: int) -> tuple[Array, NDArray[np.int32]]:
        """Return points (n, 3) and counts (n_muscles,) of the muscle paths of a frame."""
        return self._writer.stored.paths(index)

    def block(self, start: int, stop: int) -> Array:
        """Return some rows, shape (stop - start, width)."""
        return self._writer.stored.block(start, stop)

    def paths_between(self, start: int, stop: int) -> tuple[list[Array], list[NDArray[np.int32]]]:
        """Return points and counts of the muscle paths of some frames."""
        return self._writer.stored.paths_between(start, stop)

    def field(self, name: str, start: int, stop: int) -> Array:
        """Return a field of some frames, shape (stop - start, *shape of the field)."""
        return self._writer.stored.field(name, start, stop)

    def column(self, name: str, index: int, start: int, stop: int) -> Array:
        """Return one number of a field of some frames, shape (stop - start,)."""
        return self._writer.stored.column(name, index, start, stop)

    def append_rows(self, rows: Array, points: list[Array], counts: list[NDArray[np.int32]]) -> None:
        """Take more frames; `RecordingError` if the disk is full."""
        self._writer.append_rows(rows, points, counts)

    def close(self) -> None:
        """Remove the file. Idempotent."""
        # What cannot be written any more goes anyway.
        with suppress(RecordingError):
            self._writer.close()
        self._folder.cleanup()
