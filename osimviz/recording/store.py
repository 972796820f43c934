"""Everything known of one run: append-only, every step kept, constant cost per step."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.frames import TIME_SLACK_S, Array, Bookmark, Frame, Outcome, RunInfo
from osimviz.recording.derived import DerivedColumns
from osimviz.recording.errors import RecordingError
from osimviz.recording.frame_store import FrameStore
from osimviz.recording.row_layout import LATER_FIELDS, RETURN_FIELD, ROW_FIELDS, RowLayout

#: Rows of a block. Blocks never move: appending to one doubled array stalls 537 ms at 100,000 rows, a block 0.25 ms.
BLOCK_ROWS = 1024
#: Rows the first block begins with: a hundred short runs in a list would else be charged for a thousand rows each.
_FIRST_ROWS = 64
#: Rows that leave the memory together: the file takes them in 5 ms, a whole block in 60 ms.
_MOVED_ROWS = 128


@dataclass(slots=True)
class _Block:
    """Up to `BLOCK_ROWS` rows and the muscle paths that belong to them."""

    rows: Array
    path_points_m: list[Array] = field(default_factory=list)
    path_counts: list[NDArray[np.int32]] = field(default_factory=list)

    @property
    def n_bytes(self) -> int:
        """Memory of the numbers."""
        return self.rows.nbytes + sum(points.nbytes for points in self.path_points_m)


class Recording:
    """Everything that is known of one run, frame after frame.

    Only one thread may use it: the window's own, or the main thread of a headless run.

    Parameters
    ----------
    info : RunInfo
        What is known before the first step.
    stored : FrameStore, optional
        Frames the run already has, in a file.
    limit_bytes : int, optional
        Memory the frames may take; older ones are then read from a file. None keeps all in memory.
    spill : callable, optional
        Called with the run and the layout of its rows when the limit is reached for the first time; returns an empty
        store for the older frames (`osimviz.recording.SpillFile`).

    Attributes
    ----------
    info : RunInfo
        As given.
    outcome : Outcome or None
        How the run ended; None while it goes on.
    derived : DerivedColumns
        Channels made of others by a formula; `channels`, `column` and `values` have them too.
    notice : str
        A sentence for the user once frames left the memory, or could not, or a bookmark was not kept; empty before.
    keep_bookmarks : callable or None
        Called with all bookmarks after a change, to write them where the run is kept.
    info_names : tuple of str
        Numbers that the environment reported with each step, of a run from a file.
    read_info : callable
        Called with one of those names, returns its values at all frames, shape (n,).
    """

    def __init__(
        self,
        info: RunInfo,
        *,
        stored: FrameStore | None = None,
        limit_bytes: int | None = None,
        spill: Callable[[RunInfo, RowLayout], FrameStore] | None = None,
    ) -> None:
        self.info = info
        self.outcome: Outcome | None = None
        self.notice = ""
        self._stored = stored
        self._limit_bytes = limit_bytes
        self._spill = spill
        self._blocks: list[_Block] = []
        self._block_bytes = 0
        #: Index of the first frame in memory; the ones before are in the file.
        self._memory_start = stored.n_frames if stored is not None else 0
        self._n_frames = self._memory_start
        self._layout: RowLayout | None = stored.layout if stored is not None else None
        self._channels: dict[str, Channel] = {channel.name: channel for channel in info.channels}
        self.derived = DerivedColumns(self, info)
        self.keep_bookmarks: Callable[[tuple[Bookmark, ...]], None] | None = None
        self.info_names: tuple[str, ...] = ()
        self.read_info: Callable[[str], Array] = _no_info
        self._bookmarks: dict[int, Bookmark] = {}
        self._columns = self._column_numbers(self._layout) if self._layout is not None else None
        self._scales: Array = np.array([channel.scale for channel in info.channels])

    def __len__(self) -> int:
        return self._n_frames

    @property
    def last_index(self) -> int:
        """Index of the newest frame; -1 while there is none."""
        return self._n_frames - 1

    @property
    def n_bytes(self) -> int:
        """Memory the frames take now."""
        return self._block_bytes + (self._blocks[-1].n_bytes if self._blocks else 0)

    @property
    def layout(self) -> RowLayout | None:
        """How the fields of its frames lie in a row; None while there is no frame."""
        return self._layout

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The user's bookmarks in the order of their steps."""
        return tuple(self._bookmarks[step] for step in sorted(self._bookmarks))

    def add_bookmark(self, step: int, note: str = "") -> None:
        """Mark a step, and write it where the run is kept; another bookmark of that step goes.

        A file that cannot be written is told in `notice`; the bookmark is there all the same.

        Raises
        ------
        IndexError
            If there is no such step.
        """
        if not 0 <= step < self._n_frames:
            raise IndexError(f"step {step} of a recording of {self._n_frames} frames")
        self._bookmarks[step] = Bookmark(int(step), str(note))
        self._write_bookmarks()

    def remove_bookmark(self, step: int) -> None:
        """Take the mark of a step away, if it has one."""
        if self._bookmarks.pop(step, None) is not None:
            self._write_bookmarks()

    def restore_bookmarks(self, bookmarks: Iterable[Bookmark]) -> None:
        """Take over bookmarks that are written already."""
        self._bookmarks = {bookmark.step: bookmark for bookmark in bookmarks}

    def take_stored(self) -> int:
        """Return how many frames came to the file since, by another process; they belong to the recording now."""
        if self._stored is None or self._blocks:
            return 0
        before, self._n_frames = self._n_frames, self._stored.n_frames
        self._memory_start = self._n_frames
        return self._n_frames - before

    def append(self, frame: Frame) -> None:
        """Keep one more frame; it must follow the last one in time.

        Raises
        ------
        ValueError
            If its arrays have other shapes than the first frame's, or its time is not later than the last one's.
        """
        if self._layout is None:
            self._layout = RowLayout.of(frame)
            self._columns = self._column_numbers(self._layout)
        elif self._n_frames and frame.time_s <= self._time_of(self._n_frames - 1):
            raise ValueError(
                f"frame of step {frame.step} at {frame.time_s} s does not follow the one before it in time"
            )
        before = self._value_of(self._n_frames - 1, RETURN_FIELD) if self._n_frames else 0.0
        position = (self._n_frames - self._memory_start) % BLOCK_ROWS
        if position == 0:
            # Not filled: memory that was never written to is none.
            n_rows = BLOCK_ROWS if self._n_frames else _FIRST_ROWS
            block = _Block(np.empty((n_rows, self._layout.width)))
            self._layout.pack(frame, block.rows[0])
            self._block_bytes += self._blocks[-1].n_bytes if self._blocks else 0
            self._blocks.append(block)
        else:
            block = self._blocks[-1]
            if position == len(block.rows):
                # Frames handed out are views of the old rows, which do not change any more.
                block.rows = np.concatenate([block.rows, np.empty_like(block.rows)])
            self._layout.pack(frame, block.rows[position])
        step_reward = frame.reward if np.isfinite(frame.reward) else 0.0
        block.rows[position, self._layout.offsets[RETURN_FIELD]] = before + step_reward
        block.path_points_m.append(frame.path_points_m)
        block.path_counts.append(frame.path_counts)
        self._n_frames += 1
        if position % _MOVED_ROWS == 0 and self._spill is not None and len(self._blocks) > 1:
            self._keep_to_limit()

    def frame(self, index: int) -> Frame:
        """Return the frame at `index` (0 is the reset); its arrays are views of the store.

        Raises
        ------
        IndexError
            If there is no such frame.
        RecordingError
            If it lies in a file that can no longer be read.
        """
        row = self._row(index)
        assert self._layout is not None
        fields: dict[str, Any] = {name: self._layout.unpack(row, name) for name in ROW_FIELDS}
        for name in ("time_s", "reward", "wall_time_s", "n_clipped", "target_reached"):
            fields[name] = float(fields[name])
        points, counts = self._paths(index)
        return Frame(step=index, path_points_m=points, path_counts=counts, **fields)

    def time_s(self, start: int = 0) -> Array:
        """Return the times of the frames from `start` on, shape (n,), s."""
        return self._field_column("time_s", 0, start)

    @property
    def has_reward(self) -> bool:
        """Whether it has a reward: a motion of other programs has none."""
        return self.has_channel("reward/step")

    def episode_return(self, index: int) -> float:
        """Return the sum of the rewards of all steps up to `index`; NaN where the run has no reward."""
        return self._value_of(index, RETURN_FIELD) if self.has_reward else math.nan

    def column(self, name: str, start: int = 0) -> Array:
        """Return a channel's values from frame `start` on, shape (n,), in the channel's unit.

        Raises
        ------
        KeyError
            If the run has no channel of that name.
        """
        if name in self.derived:
            return self.derived.column(name, start)
        channel = self._channels[name]
        return self._field_column(channel.field, channel.index, start) * channel.scale

    def field(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Return an array attribute of the frames from `start` to before `stop`, shape (n, *shape of the attribute).

        Without `stop` those to the end. The array is the caller's own.
        """
        if self._layout is None:
            return np.empty((0,))
        stop = max(self._n_frames if stop is None else min(stop, self._n_frames), start)
        if name not in self._layout.offsets:
            later_shape, value = LATER_FIELDS[name]
            return np.full((stop - start, *later_shape), value)
        if self._stored is not None and start <= stop <= self._memory_start:
            return self._stored.field(name, start, stop)
        offset, shape = self._layout.offsets[name], self._layout.shapes[name]
        size = int(np.prod(shape, dtype=int))
        parts = [rows[:, offset : offset + size].reshape(len(rows), *shape) for rows in self._row_parts(start, stop)]
        if self._stored is not None and start < self._memory_start:
            parts.insert(0, self._stored.field(name, start, self._memory_start))
        return np.concatenate(parts) if parts else np.empty((0, *shape))

    def rows(self, start: int, stop: int) -> tuple[Array, list[Array], list[NDArray[np.int32]]]:
        """Return some frames as rows (n, width), path points and path counts, in the layout of `layout`."""
        if self._stored is not None and stop <= self._memory_start:
            return self._stored.block(start, stop), *self._stored.paths_between(start, stop)
        rows = np.array([self._row(index) for index in range(start, stop)])
        paths = [self._paths(index) for index in range(start, stop)]
        return rows, [points for points, _ in paths], [counts for _, counts in paths]

    def values(self, index: int) -> Array:
        """Return all channels at frame `index`, shape (n_channels,), in the order and units of `channels`."""
        row = self._row(index)
        assert self._columns is not None
        own: Array = row[self._columns] * self._scales
        return np.concatenate([own, self.derived.values(index)]) if self.derived.channels else own

    def has_channel(self, name: str) -> bool:
        """Whether the run has a channel of that name."""
        return name in self._channels or name in self.derived

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The run's channels and the derived ones."""
        return (*self.info.channels, *self.derived.channels)

    def channel(self, name: str) -> Channel:
        """Return a channel by name; `KeyError` if there is none."""
        return self.derived.channel(name) if name in self.derived else self._channels[name]

    def index_at_time(self, time_s: float) -> int:
        """Return the index of the last frame not later than `time_s`, within the recording; -1 while it is empty."""
        low, high = 0, self._n_frames
        while low < high:
            middle = (low + high) // 2
            if self._time_of(middle) <= time_s + TIME_SLACK_S:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, 0) if self._n_frames else -1

    def leave_memory(self) -> bool:
        """Move some more of the frames to the file, whatever the limit; returns whether some did.

        A little at a time, so that a window goes on meanwhile; for a run that no longer grows.
        """
        if not self._blocks or self._spill is None:
            return False
        return self._move_part(min(self._n_frames - self._memory_start, BLOCK_ROWS))

    def _write_bookmarks(self) -> None:
        if self.keep_bookmarks is None:
            return
        try:
            self.keep_bookmarks(self.bookmarks)
        except RecordingError as error:
            self.notice = f"The bookmark is kept for this sitting only: {error}"

    def _keep_to_limit(self) -> None:
        """Move some of the oldest rows to the file, few enough at a time for a window to go on."""
        if self._limit_bytes is not None and self._block_bytes + self._blocks[-1].rows.nbytes > self._limit_bytes:
            self._move_part(BLOCK_ROWS)

    def _move_part(self, n_filled: int) -> bool:
        """Move some rows of the oldest block, which holds so many; returns whether they are in the file."""
        assert self._spill is not None
        oldest = self._blocks[0]
        try:
            if self._stored is None:
                assert self._layout is not None
                self._stored = self._spill(self.info, self._layout)
                self.notice = "The runs outgrew their share of memory; older steps are read from a file now."
            start = self._stored.n_frames - self._memory_start
            part = slice(start, min(start + _MOVED_ROWS, n_filled))
            self._stored.append_rows(oldest.rows[part], oldest.path_points_m[part], oldest.path_counts[part])
        except RecordingError as error:
            self._spill = None
            self.notice = f"The runs outgrew their share of memory, and what is there stays: {error}"
            return False
        if part.stop >= n_filled:
            # The newest block is counted when it is no longer the newest.
            self._block_bytes -= oldest.n_bytes if len(self._blocks) > 1 else 0
            del self._blocks[0]
            self._memory_start += n_filled
        return True

    def _column_numbers(self, layout: RowLayout) -> NDArray[np.intp]:
        return np.array([layout.offsets[c.field] + c.index for c in self.info.channels], dtype=np.intp)

    def _row(self, index: int) -> Array:
        if not 0 <= index < self._n_frames:
            raise IndexError(f"frame {index} of a recording of {self._n_frames} frames")
        if index < self._memory_start:
            assert self._stored is not None
            return self._stored.row(index)
        number, position = divmod(index - self._memory_start, BLOCK_ROWS)
        row: Array = self._blocks[number].rows[position]
        return row

    def _paths(self, index: int) -> tuple[Array, NDArray[np.int32]]:
        if index < self._memory_start:
            assert self._stored is not None
            return self._stored.paths(index)
        number, position = divmod(index - self._memory_start, BLOCK_ROWS)
        block = self._blocks[number]
        return block.path_points_m[position], block.path_counts[position]

    def _value_of(self, index: int, name: str) -> float:
        assert self._layout is not None
        if index < self._memory_start:
            assert self._stored is not None
            return float(self._stored.column(name, 0, index, index + 1)[0])
        return float(self._row(index)[self._layout.offsets[name]])

    def _time_of(self, index: int) -> float:
        return self._value_of(index, "time_s")

    def _row_parts(self, start: int, stop: int) -> list[Array]:
        """Return the rows from `start` to before `stop` that are in memory, block by block."""
        start, stop = max(start - self._memory_start, 0), stop - self._memory_start
        if stop <= start:
            return []
        return [
            self._blocks[number].rows[max(start - number * BLOCK_ROWS, 0) : stop - number * BLOCK_ROWS]
            for number in range(start // BLOCK_ROWS, -(-stop // BLOCK_ROWS))
        ]

    def _field_column(self, name: str, index: int, start: int) -> Array:
        if self._layout is None:
            return np.empty(0)
        column = self._layout.offsets[name] + index
        parts = [rows[:, column] for rows in self._row_parts(start, self._n_frames)]
        if self._stored is not None and start < self._memory_start:
            parts.insert(0, self._stored.column(name, index, start, self._memory_start))
        return np.concatenate(parts) if parts else np.empty(0)


def _no_info(name: str) -> Array:
    raise KeyError(name)
