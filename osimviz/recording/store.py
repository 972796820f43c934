"""The store in memory: append-only, every step kept, constant cost per step."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.frames import Array, Frame, Outcome, RunInfo
from osimviz.recording.row_layout import RETURN_FIELD, ROW_FIELDS, RowLayout

#: Rows of a block. Blocks never move: appending to one doubled array stalls 537 ms at 100,000 rows, a block 0.25 ms.
BLOCK_ROWS = 1024


@dataclass(slots=True)
class _Block:
    """`BLOCK_ROWS` rows and the muscle paths that belong to them."""

    rows: Array
    path_points_m: list[Array] = field(default_factory=list)
    path_counts: list[NDArray[np.int32]] = field(default_factory=list)


class Recording:
    """Everything that is known of one run, frame after frame.

    Only one thread may use it: the window's own, or the main thread of a headless run.

    Parameters
    ----------
    info : RunInfo
        What is known before the first step.

    Attributes
    ----------
    info : RunInfo
        As given.
    outcome : Outcome or None
        How the run ended; None while it goes on.
    """

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self.outcome: Outcome | None = None
        self._blocks: list[_Block] = []
        self._n_frames = 0
        self._layout: RowLayout | None = None
        self._channels: dict[str, Channel] = {channel.name: channel for channel in info.channels}
        self._columns: NDArray[np.intp] | None = None
        self._scales: Array = np.array([channel.scale for channel in info.channels])

    def __len__(self) -> int:
        return self._n_frames

    @property
    def last_index(self) -> int:
        """Index of the newest frame; -1 while there is none."""
        return self._n_frames - 1

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
        elif frame.time_s <= self._time_of(self._n_frames - 1):
            raise ValueError(
                f"frame of step {frame.step} at {frame.time_s} s does not follow the one before it in time"
            )
        position = self._n_frames % BLOCK_ROWS
        if position == 0:
            self._blocks.append(_Block(np.full((BLOCK_ROWS, self._layout.width), np.nan)))
        block = self._blocks[-1]
        row = block.rows[position]
        self._layout.pack(frame, row)
        before = self._value_of(self._n_frames - 1, RETURN_FIELD) if self._n_frames else 0.0
        row[self._layout.offsets[RETURN_FIELD]] = before + (frame.reward if np.isfinite(frame.reward) else 0.0)
        block.path_points_m.append(frame.path_points_m)
        block.path_counts.append(frame.path_counts)
        self._n_frames += 1

    def frame(self, index: int) -> Frame:
        """Return the frame at `index` (0 is the reset); its arrays are views of the store.

        Raises
        ------
        IndexError
            If there is no such frame.
        """
        row = self._row(index)
        assert self._layout is not None
        block = self._blocks[index // BLOCK_ROWS]
        fields: dict[str, Any] = {name: self._layout.unpack(row, name) for name in ROW_FIELDS}
        for name in ("time_s", "reward", "wall_time_s"):
            fields[name] = float(fields[name])
        return Frame(
            step=index,
            path_points_m=block.path_points_m[index % BLOCK_ROWS],
            path_counts=block.path_counts[index % BLOCK_ROWS],
            **fields,
        )

    def time_s(self, start: int = 0) -> Array:
        """Return the times of the frames from `start` on, shape (n,), s."""
        return self._field_column("time_s", 0, start)

    def episode_return(self, index: int) -> float:
        """Return the sum of the rewards of all steps up to `index`."""
        return self._value_of(index, RETURN_FIELD)

    def column(self, name: str, start: int = 0) -> Array:
        """Return a channel's values from frame `start` on, shape (n,), in the channel's unit.

        Raises
        ------
        KeyError
            If the run has no channel of that name.
        """
        channel = self._channels[name]
        return self._field_column(channel.field, channel.index, start) * channel.scale

    def field(self, name: str, start: int = 0) -> Array:
        """Return an array attribute of all frames from `start` on, shape (n, *shape of the attribute)."""
        if self._layout is None:
            return np.empty((0,))
        offset, shape = self._layout.offsets[name], self._layout.shapes[name]
        size = int(np.prod(shape, dtype=int))
        parts = [rows[:, offset : offset + size] for rows in self._row_parts(start)]
        return np.concatenate(parts).reshape(-1, *shape) if parts else np.empty((0, *shape))

    def values(self, index: int) -> Array:
        """Return all channels at frame `index`, shape (n_channels,), in the order and units of the channel table."""
        row = self._row(index)
        assert self._columns is not None
        return row[self._columns] * self._scales

    def has_channel(self, name: str) -> bool:
        """Whether the run has a channel of that name."""
        return name in self._channels

    def channel(self, name: str) -> Channel:
        """Return a channel by name; `KeyError` if there is none."""
        return self._channels[name]

    def index_at_time(self, time_s: float) -> int:
        """Return the index of the last frame not later than `time_s`, within the recording; -1 while it is empty."""
        low, high = 0, self._n_frames
        while low < high:
            middle = (low + high) // 2
            # Half a microsecond of slack: 0.29 typed by a user means the step at 0.29000000000000004 s.
            if self._time_of(middle) <= time_s + 5e-7:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, 0) if self._n_frames else -1

    def _column_numbers(self, layout: RowLayout) -> NDArray[np.intp]:
        return np.array([layout.offsets[c.field] + c.index for c in self.info.channels], dtype=np.intp)

    def _row(self, index: int) -> Array:
        if not 0 <= index < self._n_frames:
            raise IndexError(f"frame {index} of a recording of {self._n_frames} frames")
        row: Array = self._blocks[index // BLOCK_ROWS].rows[index % BLOCK_ROWS]
        return row

    def _value_of(self, index: int, name: str) -> float:
        assert self._layout is not None
        return float(self._row(index)[self._layout.offsets[name]])

    def _time_of(self, index: int) -> float:
        return self._value_of(index, "time_s")

    def _row_parts(self, start: int) -> list[Array]:
        parts = []
        for number in range(start // BLOCK_ROWS, len(self._blocks)):
            first = number * BLOCK_ROWS
            filled = min(self._n_frames - first, BLOCK_ROWS)
            parts.append(self._blocks[number].rows[max(start - first, 0) : filled])
        return parts

    def _field_column(self, name: str, index: int, start: int) -> Array:
        if self._layout is None:
            return np.empty(0)
        column = self._layout.offsets[name] + index
        parts = [rows[:, column] for rows in self._row_parts(start)]
        return np.concatenate(parts) if parts else np.empty(0)
