"""Frames of one episode in a file, read where they lie."""

import math
import os
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import (
    BLOCK_ROWS,
    CHECKSUMS,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    ROW_DATASETS,
    WITHOUT_RESET,
)
from osimviz.recording.row_layout import RowLayout

#: Rows of which columns are read at once: 3 MB of L2M2019Env's observations.
_ROWS_AT_ONCE = 1024
#: Neighbouring columns read with one: a chunk holds whole rows, so that they cost nothing more.
_COLUMNS_TOGETHER = 16
#: A muscle path beyond this point is none: no disk holds so many.
_MOST_POINTS = 2**40
#: Memory for columns read lately: the plots and the channel list of a run of 100,000 steps.
_COLUMN_CACHE_BYTES = 256 * 2**20


class DatasetReader:
    """One dataset of numbers, read past HDF5 where its chunks lie plain in the file.

    HDF5 takes 60 µs for a row and reads the whole chunk; `pread` at a known place takes 2 µs.

    Parameters
    ----------
    dataset : h5py.Dataset
        Chunked along its first dimension.
    descriptor : int
        The file, open for reading.
    before : DatasetReader, optional
        The same dataset, read through an older handle.
    """

    def __init__(self, dataset: h5py.Dataset, descriptor: int, before: "DatasetReader | None" = None) -> None:
        self.dataset = dataset
        self._descriptor = descriptor
        self._row_bytes = int(dataset.dtype.itemsize * np.prod(dataset.shape[1:], dtype=int))
        self._chunk_rows = int(dataset.chunks[0])
        self._chunk_bytes = int(np.prod(dataset.chunks, dtype=int)) * dataset.dtype.itemsize
        self._is_plain = dataset.id.get_create_plist().get_nfilters() == 0
        # Chunks never move once they are in the file.
        self._offsets: dict[int, int] = {} if before is None else before._offsets

    @property
    def n_rows(self) -> int:
        """Rows the dataset had when it was last refreshed."""
        return int(self.dataset.shape[0])

    def read_into(self, target: NDArray[Any], start: int) -> None:
        """Fill `target`, contiguous and of the dataset's type, with the rows from `start` on.

        Raises
        ------
        RecordingError
            If the file ends before them.
        """
        if not target.size:
            return
        if not self._is_plain:
            self._read_by_library(target, start)
            return
        view = memoryview(target.data).cast("B")
        n_rows = len(view) // self._row_bytes
        done = 0
        while done < n_rows:
            chunk, position = divmod(start + done, self._chunk_rows)
            n = min(self._chunk_rows - position, n_rows - done)
            part = view[done * self._row_bytes : (done + n) * self._row_bytes]
            offset = self._offset_of(chunk) + position * self._row_bytes
            if os.preadv(self._descriptor, [part], offset) != len(part):
                raise RecordingError("the file ends before its frames do; it was cut short")
            done += n

    def _read_by_library(self, target: NDArray[Any], start: int) -> None:
        n_rows = target.size * target.itemsize // self._row_bytes
        try:
            content = self.dataset[start : start + n_rows]
        except (OSError, RuntimeError, ValueError, MemoryError) as error:
            raise RecordingError(f"frames from {start} on cannot be read; the file is damaged") from error
        target.reshape(-1)[:] = content.reshape(-1)

    def _offset_of(self, chunk: int) -> int:
        if chunk not in self._offsets:
            if self._offsets:
                self._find_chunk(chunk)
            else:
                self._find_chunks()
        offset = self._offsets.get(chunk)
        if offset is None:
            raise RecordingError("a part of its frames is missing; the file is damaged")
        return offset

    def _find_chunk(self, chunk: int) -> None:
        """Look for one part only: those of a file that grows come one by one."""
        place = (chunk * self._chunk_rows, *(0 for _ in self.dataset.shape[1:]))
        try:
            info = self.dataset.id.get_chunk_info_by_coord(place)
        except (OSError, RuntimeError, ValueError) as error:
            raise RecordingError("the list of its parts cannot be read; the file is damaged") from error
        if info.byte_offset is not None and info.size == self._chunk_bytes:
            self._offsets[chunk] = info.byte_offset

    def _find_chunks(self) -> None:
        rows, expected = self._chunk_rows, self._chunk_bytes

        def note(info: Any) -> None:
            if info.size == expected and not any(info.chunk_offset[1:]):
                self._offsets[info.chunk_offset[0] // rows] = info.byte_offset

        try:
            self.dataset.id.chunk_iter(note)
        except (OSError, RuntimeError) as error:
            raise RecordingError("the list of its parts cannot be read; the file is damaged") from error


class FileRows:
    """The frames of one episode; a `FrameStore`.

    Parameters
    ----------
    datasets : mapping of str to h5py.Dataset
        The episode's datasets by name, checked; a field without numbers (contact forces of an arm) has none.
    descriptor : int
        The file, open for reading; stays the caller's.
    layout : RowLayout
        How the fields lie in a row.
    """

    def __init__(self, datasets: Mapping[str, h5py.Dataset], descriptor: int, layout: RowLayout) -> None:
        self.layout = layout
        self._descriptor = descriptor
        self._fields: dict[str, DatasetReader] = {}
        self._column_cache: OrderedDict[tuple[str, int], Array] = OrderedDict()
        self.n_frames = 0
        self.attach(datasets)

    def attach(self, datasets: Mapping[str, h5py.Dataset]) -> None:
        """Read from now on through other handles of the same datasets."""
        descriptor = self._descriptor
        known = self._fields
        self._fields = {
            field: DatasetReader(datasets[name], descriptor, known.get(field))
            for field, name in ROW_DATASETS.items()
            if name in datasets and field in self.layout.offsets
        }
        self._has_paths = PATH_COUNTS in datasets
        if self._has_paths:
            self._points, self._counts, self._starts = (
                DatasetReader(datasets[name], descriptor, before)
                for name, before in zip((PATH_POINTS, PATH_COUNTS, PATH_STARTS), self._paths_before(), strict=True)
            )
        self._checksums = DatasetReader(datasets[CHECKSUMS], descriptor)
        self.count_frames()

    def _paths_before(self) -> tuple[DatasetReader | None, ...]:
        return tuple(getattr(self, name, None) for name in ("_points", "_counts", "_starts"))

    def count_frames(self) -> int:
        """Take up what the datasets hold now, and return how many frames are whole."""
        counts = [reading.n_rows + (name in WITHOUT_RESET) for name, reading in self._fields.items()]
        if not self._has_paths:
            self.n_frames = min(counts)
            return self.n_frames
        n_frames = min(*counts, self._counts.n_rows, self._starts.n_rows)
        # The last frames may lack their muscle paths where the writer was killed.
        n_points = self._points.n_rows
        while n_frames > 0 and sum(self._span(n_frames - 1)) > n_points:
            n_frames -= 1
        self.n_frames = n_frames
        return n_frames

    def row(self, index: int) -> Array:
        """Return one row, shape (width,)."""
        row: Array = self.block(index, index + 1)[0]
        return row

    def paths(self, index: int) -> tuple[Array, NDArray[np.int32]]:
        """Return points (n, 3) and counts (n_muscles,) of the muscle paths of a frame."""
        if not self._has_paths:
            return np.empty((0, 3)), np.empty(0, dtype=np.int32)
        counts = np.empty(self._counts.dataset.shape[1], dtype=np.int32)
        self._counts.read_into(counts, index)
        start, n_points = self._span(index)
        if counts.size and (counts.min() < 0 or counts.sum() != n_points):
            raise RecordingError(f"the muscle paths of step {index} do not fit together; the file is damaged")
        points = np.empty((n_points, 3))
        self._points.read_into(points, start)
        return points, counts

    def paths_between(self, start: int, stop: int) -> tuple[list[Array], list[NDArray[np.int32]]]:
        """Return points and counts of the muscle paths of some frames, read with two calls."""
        if not self._has_paths or stop <= start:
            n = max(stop - start, 0)
            return [np.empty((0, 3))] * n, [np.empty(0, dtype=np.int32)] * n
        counts = np.empty((stop - start, self._counts.dataset.shape[1]), dtype=np.int32)
        self._counts.read_into(counts, start)
        lengths = counts.sum(axis=1, dtype=np.int64)
        first, _ = self._span(start)
        if counts.min() < 0 or first + lengths.sum() > self._points.n_rows:
            raise RecordingError(f"the muscle paths of steps {start} to {stop - 1} do not fit; the file is damaged")
        points = np.empty((int(lengths.sum()), 3))
        self._points.read_into(points, first)
        return np.split(points, np.cumsum(lengths)[:-1]), list(counts)

    def block(self, start: int, stop: int) -> Array:
        """Return some rows, shape (stop - start, width)."""
        rows = np.empty((stop - start, self.layout.width))
        for name, reading in self._fields.items():
            offset, size = self.layout.offsets[name], self._size(name)
            if stop - start == 1 and not (name in WITHOUT_RESET and start == 0):
                first = start - (name in WITHOUT_RESET)
                reading.read_into(rows[0, offset : offset + size], first)
            else:
                rows[:, offset : offset + size] = self.field(name, start, stop).reshape(stop - start, size)
        return rows

    def field(self, name: str, start: int, stop: int) -> Array:
        """Return a field of some frames, shape (stop - start, *shape of the field)."""
        values = np.empty((stop - start, *self.layout.shapes[name]))
        if not values.size:
            return values
        if name not in WITHOUT_RESET:
            self._fields[name].read_into(values, start)
        elif start > 0:
            self._fields[name].read_into(values, start - 1)
        elif stop > 0:
            values[0] = np.nan
            self._fields[name].read_into(values[1:], 0)
        return values

    def column(self, name: str, index: int, start: int, stop: int) -> Array:
        """Return one number of a field of some frames, shape (stop - start,)."""
        size = self._size(name)
        if size == 1 or stop - start <= BLOCK_ROWS:
            return self.field(name, start, stop).reshape(-1, size)[:, index]
        group = index // _COLUMNS_TOGETHER
        columns = self._column_cache.get((name, group))
        n_known = 0 if columns is None else len(columns)
        if columns is None or n_known < stop:
            fresh = self._read_columns(name, group, n_known, stop)
            columns = fresh if columns is None else np.concatenate([columns, fresh])
            self._column_cache[name, group] = columns
            self._limit_cache()
        self._column_cache.move_to_end((name, group))
        return columns[start:stop, index % _COLUMNS_TOGETHER]

    def fault_in(self, block: int) -> str:
        """Return why a block of `BLOCK_ROWS` frames is not what was written; empty if it is, or is not known."""
        if block >= self._checksums.n_rows:
            return ""
        start, stop = block * BLOCK_ROWS, min((block + 1) * BLOCK_ROWS, self.n_frames)
        expected = np.empty(1, dtype=np.uint32)
        self._checksums.read_into(expected, block)
        found = checksum(self.block(start, stop), *self.paths_between(start, stop))
        if found == int(expected[0]):
            return ""
        return f"steps {start} to {stop - 1} are not as they were written; the file was changed or is damaged"

    @property
    def n_checked_blocks(self) -> int:
        """Blocks that have a checksum."""
        return self._checksums.n_rows

    def append_rows(self, rows: Array, points: list[Array], counts: list[NDArray[np.int32]]) -> None:
        """Refuse: what is open for reading takes no frames."""
        raise RecordingError("the recording is open for reading only")

    def _read_columns(self, name: str, group: int, start: int, stop: int) -> Array:
        size = self._size(name)
        low, high = group * _COLUMNS_TOGETHER, min((group + 1) * _COLUMNS_TOGETHER, size)
        columns = np.empty((stop - start, high - low))
        # Piece by piece: a field of a long run may be larger than the memory.
        for first in range(start, stop, _ROWS_AT_ONCE):
            last = min(first + _ROWS_AT_ONCE, stop)
            columns[first - start : last - start] = self.field(name, first, last).reshape(-1, size)[:, low:high]
        return columns

    def _limit_cache(self) -> None:
        while sum(columns.nbytes for columns in self._column_cache.values()) > _COLUMN_CACHE_BYTES:
            if len(self._column_cache) == 1:
                return
            self._column_cache.popitem(last=False)

    def _span(self, index: int) -> tuple[int, int]:
        """Return the first path point of a frame, and how many it has."""
        start = np.empty(1, dtype=np.int64)
        self._starts.read_into(start, index)
        counts = np.empty(self._counts.dataset.shape[1], dtype=np.int32)
        self._counts.read_into(counts, index)
        first, n = int(start[0]), int(counts.sum(dtype=np.int64))
        if first < 0 or n < 0 or first + n > _MOST_POINTS:
            raise RecordingError(f"the muscle paths of step {index} do not fit together; the file is damaged")
        return first, n

    def _size(self, name: str) -> int:
        return math.prod(self.layout.shapes[name])


def checksum(rows: Array, points: list[Array], counts: list[NDArray[np.int32]]) -> int:
    """Return the CRC-32 of some frames: rows, then path points, then path counts."""
    value = zlib.crc32(np.ascontiguousarray(rows).data)
    # All at once: a call for each frame takes longer than the sum itself.
    if points:
        value = zlib.crc32(np.concatenate(points, dtype=np.float64).data, value)
    if counts:
        value = zlib.crc32(np.array(counts, dtype=np.int32).data, value)
    return value
