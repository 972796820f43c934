"""Frames of the episode being written: gathered in memory, put into their datasets at a flush."""

import math
from collections.abc import Mapping, Sequence

import h5py
import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, EndedBy, Frame, Outcome
from osimviz.recording.dataset_end import DatasetEnd, RowKind
from osimviz.recording.file_format import (
    BLOCK_ROWS,
    CHECKSUMS,
    INFOS,
    OUTCOME,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    ROW_DATASETS,
    TERMINATIONS,
    TRUNCATIONS,
    WITHOUT_RESET,
)
from osimviz.recording.file_rows import checksum
from osimviz.recording.row_layout import RETURN_FIELD, FrameColumns, RowLayout
from osimviz.recording.run_json import outcome_to_json

#: Endings of the episode's own kind; all others cut it short.
_TERMINATIONS: tuple[EndedBy, ...] = ("fell", "done")


class EpisodeRows:
    """The block of frames that is being filled.

    Parameters
    ----------
    group : h5py.Group
        The episode's, open for appending.
    growing : dict of str to RowKind
        The datasets that grow, empty.
    layout : RowLayout
        How the fields lie in a row.
    info_names : sequence of str
        Numbers that come with every step.
    memory : array, optional
        `rows_memory` of an episode that has ended, to be taken over: a megabyte of new pages takes 0.2 ms.

    Attributes
    ----------
    n_written : int
        Frames in the file.
    rows_memory : array (n_rows, width)
        Where the rows of a block are gathered.
    """

    def __init__(
        self,
        group: h5py.Group,
        growing: Mapping[str, RowKind],
        layout: RowLayout,
        info_names: Sequence[str],
        memory: Array | None = None,
    ) -> None:
        self._ends = {name: DatasetEnd(group, name, kind) for name, kind in growing.items()}
        self._growing = growing
        self._layout = layout
        self._info_names = tuple(info_names)
        shape = BLOCK_ROWS, layout.width
        self.rows_memory: Array = memory if memory is not None and memory.shape == shape else np.empty(shape)
        self._infos: Array = np.full((BLOCK_ROWS, len(self._info_names)), np.nan)
        self._points: list[Array] = []
        self._counts: list[NDArray[np.int32]] = []
        self._block_written = 0
        self._n_points = 0
        self._return = 0.0
        self.n_written = 0

    def attach(self, group: h5py.Group) -> None:
        """Go on with the same episode in another file."""
        self._ends = {
            name: DatasetEnd(group, name, self._growing[name], end.n_rows) for name, end in self._ends.items()
        }

    @property
    def datasets(self) -> dict[str, h5py.Dataset]:
        """Those of the episode, by name."""
        return {name: end.dataset for name, end in self._ends.items()}

    def dataset(self, name: str) -> h5py.Dataset:
        """One of those."""
        return self._ends[name].dataset

    @property
    def n_waiting(self) -> int:
        """Frames not yet in the file."""
        return len(self._points) - self._block_written

    @property
    def n_waiting_bytes(self) -> int:
        """Bytes of the waiting muscle paths, whose number is nobody's to foresee."""
        return sum(points.nbytes for points in self._points[self._block_written :])

    @property
    def n_frames(self) -> int:
        """All frames of the episode."""
        return self.n_written + self.n_waiting

    @property
    def n_free(self) -> int:
        """Frames that can be taken before the block must be written; never 0 after `write`."""
        return BLOCK_ROWS - len(self._points)

    def take(self, frame: Frame, infos: Mapping[str, float]) -> None:
        """Take a frame and what the environment reported with it; `ValueError` as `RowLayout.pack`."""
        row = self.rows_memory[len(self._points)]
        self._layout.pack(frame, row)
        self._return += frame.reward if math.isfinite(frame.reward) else 0.0
        row[self._layout.offsets[RETURN_FIELD]] = self._return
        self._add(frame.path_points_m, frame.path_counts, infos)

    def take_columns(self, columns: FrameColumns, infos: Sequence[Mapping[str, float]]) -> None:
        """Take frames, at most `n_free`, each with its infos; `ValueError` as `RowLayout.pack_columns`."""
        rows = self.rows_memory[len(self._points) :][: len(infos)]
        self._layout.pack_columns(columns, rows)
        rewards = columns.fields["reward"]
        gains = np.where(np.isfinite(rewards), rewards, 0.0)
        gains[0] += self._return
        returns = rows[:, self._layout.offsets[RETURN_FIELD]] = gains.cumsum()
        self._return = float(returns[-1])
        position, is_first = len(self._points), self.n_frames == 0
        if self._info_names:
            names, missing = self._info_names, math.nan
            self._infos[position : position + len(infos)] = [
                [own.get(name, missing) for name in names] for own in infos
            ]
        self._points += columns.path_points_m
        self._counts += columns.path_counts
        if is_first:
            self._clear_reset()

    def take_row(self, row: Array, points: Array, counts: NDArray[np.int32], infos: Mapping[str, float]) -> None:
        """Take a frame as a row, its return included, with its muscle paths and infos."""
        self.rows_memory[len(self._points)] = row
        self._add(points, counts, infos)

    def _add(self, points: Array, counts: NDArray[np.int32], infos: Mapping[str, float]) -> None:
        position = len(self._points)
        if self.n_frames == 0:
            self._clear_reset()
        if self._info_names:
            self._infos[position] = [infos.get(name, np.nan) for name in self._info_names]
        self._points.append(np.array(points, dtype=np.float64).reshape(-1, 3))
        self._counts.append(np.array(counts, dtype=np.int32))

    def _clear_reset(self) -> None:
        # The file has no room for an action before the reset; the checksum shall not know of one either.
        for field in WITHOUT_RESET:
            offset, size = self._layout.offsets[field], math.prod(self._layout.shapes[field])
            self.rows_memory[0, offset : offset + size] = np.nan

    def write(self) -> None:
        """Put the waiting frames into their datasets; a full block gets its checksum."""
        start, stop = self._block_written, len(self._points)
        rows = self.rows_memory[start:stop]
        # Frames before Minari's arrays: a reader counts what is there everywhere.
        for field, name in ROW_DATASETS.items():
            if name not in self._ends or field not in self._layout.offsets:
                continue
            shape, offset = self._layout.shapes[field], self._layout.offsets[field]
            size = math.prod(shape)
            values = rows[:, offset : offset + size].reshape(-1, *shape)
            # The reset has no action and no reward.
            skipped = 1 if field in WITHOUT_RESET and self.n_written == 0 else 0
            self._ends[name].append(values[skipped:])
        self._write_paths(start, stop)
        for i, name in enumerate(self._info_names):
            self._ends[f"{INFOS}/{name}"].append(self._infos[start:stop, i])
        n_steps = len(rows) - (1 if self.n_written == 0 else 0)
        for name in (TERMINATIONS, TRUNCATIONS):
            self._ends[name].append(np.zeros(n_steps, dtype=bool))
        self.n_written += len(rows)
        self._block_written = stop
        if not self.n_free:
            self._end_block()

    def finish(self, outcome: Outcome | None) -> None:
        """Mark how the episode ended and seal its last frames."""
        if self._points:
            self._end_block()
        if outcome is None:
            return
        self._ends[TERMINATIONS if outcome.ended_by in _TERMINATIONS else TRUNCATIONS].replace_last(np.array([True]))
        self._ends[OUTCOME].append(np.frombuffer(outcome_to_json(outcome).encode(), dtype=np.uint8))

    def _write_paths(self, start: int, stop: int) -> None:
        if PATH_COUNTS not in self._ends:
            return
        lengths = np.array([len(points) for points in self._points[start:stop]], dtype=np.int64)
        starts = self._n_points + np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self._ends[PATH_POINTS].append(np.concatenate(self._points[start:stop]))
        self._ends[PATH_STARTS].append(starts.astype(np.int64))
        self._ends[PATH_COUNTS].append(np.array(self._counts[start:stop], dtype=np.int32))
        self._n_points += int(lengths.sum())

    def _end_block(self) -> None:
        n = len(self._points)
        value = checksum(self.rows_memory[:n], self._points, self._counts)
        self._ends[CHECKSUMS].append(np.array([value], dtype=np.uint32))
        self._points, self._counts, self._block_written = [], [], 0
