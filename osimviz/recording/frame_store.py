"""What the store asks of a file that holds frames of a run."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.recording.row_layout import RowLayout


class FrameStore(Protocol):
    """Frames of a run that lie in a file; `osimviz.recording.file_rows.FileRows` is one."""

    @property
    def layout(self) -> RowLayout:
        """How the fields lie in a row."""

    @property
    def n_frames(self) -> int:
        """Frames that can be read."""

    def row(self, index: int) -> Array:
        """Return one row, shape (width,)."""

    def paths(self, index: int) -> tuple[Array, NDArray[np.int32]]:
        """Return points (n, 3) and counts (n_muscles,) of the muscle paths of a frame."""

    def block(self, start: int, stop: int) -> Array:
        """Return some rows, shape (stop - start, width)."""

    def paths_between(self, start: int, stop: int) -> tuple[list[Array], list[NDArray[np.int32]]]:
        """Return points and counts of the muscle paths of some frames."""

    def field(self, name: str, start: int, stop: int) -> Array:
        """Return a field of some frames, shape (stop - start, *shape of the field)."""

    def column(self, name: str, index: int, start: int, stop: int) -> Array:
        """Return one number of a field of some frames, shape (stop - start,)."""

    def append_rows(self, rows: Array, points: list[Array], counts: list[NDArray[np.int32]]) -> None:
        """Take more frames; `RecordingError` if they cannot be kept."""
