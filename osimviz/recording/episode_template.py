"""An empty episode, made once and copied into files: its forty datasets take 4 ms to make and 0.2 ms to copy."""

import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import h5py
import numpy as np

from osimviz.recording.dataset_end import RowKind
from osimviz.recording.file_format import (
    BLOCK_ROWS,
    BOOKMARKS,
    CHECKSUMS,
    CHUNK_BYTES,
    INFOS,
    LEAST_CHUNK_ROWS,
    LIBRARY_BOUNDS,
    OUTCOME,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    POINT_ROWS,
    ROW_DATASETS,
    TERMINATIONS,
    TRUNCATIONS,
)
from osimviz.recording.row_layout import RowLayout

_NAME = b"episode"
#: Attributes of an episode that are whole numbers.
_NUMBERS = ("id", "seed", "created_s", "total_steps")


@dataclass(frozen=True, slots=True)
class _Growing:
    """A dataset without rows, to which rows are appended.

    Not compressed: a compressed chunk changes its size with every flush, and the file would be mostly holes.

    Attributes
    ----------
    shape : tuple of int
        Of a row.
    kind : str
        NumPy's name of the type.
    n_rows : int
        Rows of a chunk.
    """

    shape: tuple[int, ...]
    kind: str
    n_rows: int = BLOCK_ROWS

    @property
    def block_bytes(self) -> int:
        """Bytes that the rows of `BLOCK_ROWS` frames add, whole chunks; of a list, those of its next chunk."""
        return max(self.n_rows, BLOCK_ROWS) * math.prod(self.shape) * np.dtype(self.kind).itemsize

    def create(self, group: h5py.Group, name: str) -> None:
        """Make it, by HDF5's own calls: h5py's take four times as long."""
        outer, _, own_name = name.rpartition("/")
        parent = group.require_group(outer) if outer else group
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((self.n_rows, *self.shape))
        properties.set_obj_track_times(False)
        if self.kind == "f8":
            properties.set_fill_value(np.array(np.nan))
        space = h5py.h5s.create_simple((0, *self.shape), (h5py.h5s.UNLIMITED, *self.shape))
        kind = h5py.h5t.py_create(np.dtype(self.kind), logical=True)
        h5py.h5d.create(parent.id, own_name.encode(), kind, space, properties)


#: Bytes of a text whose length changes.
_TEXT = _Growing((), "u1", 4096)


class EpisodeTemplate:
    """The group of an episode without frames, in memory.

    Parameters
    ----------
    layout : RowLayout
        Shapes of its frames.
    info_names : sequence of str
        Numbers that come with every step.
    n_muscles : int
        Muscles of the model.

    Attributes
    ----------
    growing : dict of str to RowKind
        The datasets that grow, by their name within the group.
    block_bytes : int
        What a flush may add to them at most, muscle paths beyond a chunk left out.
    """

    def __init__(self, layout: RowLayout, info_names: Sequence[str], n_muscles: int) -> None:
        self._key = layout.shapes, tuple(info_names), n_muscles
        growing = _growing(layout, info_names, n_muscles)
        self.growing = {name: RowKind(kind.shape, kind.kind) for name, kind in growing.items()}
        self.block_bytes = sum(kind.block_bytes for kind in growing.values())
        self._file = h5py.File(io.BytesIO(), "w", libver=LIBRARY_BOUNDS)
        group = self._file.create_group(_NAME)
        group.create_group(INFOS)
        # In every episode, so that they are only written over: making one takes three times as long.
        for name in _NUMBERS:
            group.attrs[name] = 0
        group.attrs["shapes"] = json.dumps({field: list(shape) for field, shape in layout.shapes.items()})
        for name, kind in growing.items():
            kind.create(group, name)

    def holds(self, layout: RowLayout, info_names: Sequence[str], n_muscles: int) -> bool:
        """Return whether an episode of this kind is the same without its frames."""
        return self._key == (layout.shapes, tuple(info_names), n_muscles)

    def copy_into(self, file: h5py.File, name: str, **numbers: int) -> h5py.Group:
        """Make the group in a file, with some of its numbers, and return it.

        A number beyond 64 bits, as seeds drawn by NumPy are, becomes a text.
        """
        h5py.h5o.copy(self._file.id, _NAME, file.id, name.encode())
        group = file[name]
        for key, number in numbers.items():
            if abs(number) < 2**63:
                h5py.h5a.open(group.id, key.encode()).write(np.array(number, dtype=np.int64))
            else:
                group.attrs[key] = str(number)
        return group

    def close(self) -> None:
        """Free the memory. Idempotent."""
        self._file.close()


def growing_bytes(group: h5py.Group, name: str) -> None:
    """Make an empty list of bytes, for a text whose length changes."""
    _TEXT.create(group, name)


def _chunk_rows(shape: tuple[int, ...]) -> int:
    """Return how many rows of doubles go into a chunk; whole chunks make a block."""
    rows, row_bytes = BLOCK_ROWS, 8 * math.prod(shape)
    while rows > LEAST_CHUNK_ROWS and rows * row_bytes > CHUNK_BYTES:
        rows //= 2
    return rows


def _growing(layout: RowLayout, info_names: Iterable[str], n_muscles: int) -> dict[str, _Growing]:
    growing = {
        ROW_DATASETS[field]: _Growing(shape, "f8", _chunk_rows(shape))
        for field, shape in layout.shapes.items()
        if 0 not in shape
    }
    if n_muscles:
        growing[PATH_COUNTS] = _Growing((n_muscles,), "i4")
        growing[PATH_STARTS] = _Growing((), "i8")
        growing[PATH_POINTS] = _Growing((3,), "f8", POINT_ROWS)
    growing |= {name: _Growing((), "?") for name in (TERMINATIONS, TRUNCATIONS)}
    growing |= {f"{INFOS}/{name}": _Growing((), "f8") for name in info_names}
    growing[CHECKSUMS] = _Growing((), "u4")
    return growing | {name: _TEXT for name in (OUTCOME, BOOKMARKS)}
