"""Open a recording, whole, broken off or still being written. Needs no OpenSim, no environment and no controller."""

import errno
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from osimviz.frames import Array, Bookmark, Outcome, RunInfo
from osimviz.recording.annotating import annotate, finish_left_change
from osimviz.recording.as_it_is import open_as_it_is
from osimviz.recording.bookmarks import read_bookmarks
from osimviz.recording.checks import (
    READ_ERRORS,
    check_file,
    checked_datasets,
    episode_numbers,
    read_layout,
    read_surfaces,
    read_text,
)
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import BLOCK_ROWS, BOOKMARKS, INFOS, OUTCOME, RUN, dataset_of, episode_name
from osimviz.recording.file_rows import FileRows
from osimviz.recording.liveness import has_writer
from osimviz.recording.own_numbers import with_own_numbers
from osimviz.recording.row_layout import RETURN_FIELD
from osimviz.recording.run_json import outcome_from_json, run_from_json
from osimviz.recording.store import Recording
from osimviz.recording.structure_lock import reading_structure

#: Frames whose checksums are compared on opening; the rest is left to `verify`, for it means reading everything.
_BLOCKS_CHECKED_AT_ONCE = 16
#: How often, and after what pause, a file is read again whose structure is just being changed, which takes 5 ms.
_ATTEMPTS, _ATTEMPTS_AT_REST, _PAUSE_S = 10, 1, 0.02
#: Times of files have steps of up to 10 ms.
_MOMENT_NS = 50_000_000
#: A traceback and two vectors take a few kB.
_MOST_OUTCOME_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class EpisodeSummary:
    """One line of a list of episodes.

    Attributes
    ----------
    number : int
        The episode.
    n_steps : int
        Steps recorded.
    total_reward : float
        Sum of their rewards; NaN where none of them is known, as in a motion of another program.
    time_s : float
        Simulated time of the last one.
    outcome : Outcome or None
        How it ended; None while it goes on, or where the writer died.
    """

    number: int
    n_steps: int
    total_reward: float
    time_s: float
    outcome: Outcome | None


class StoredEpisode:
    """One episode of an open file.

    Attributes
    ----------
    number : int
        Its place in the file.
    recording : Recording
        Its frames; grows with `RecordingFile.refresh`.
    infos : tuple of str
        Names of the numbers the environment reported.
    has_unwritten_bookmarks : bool
        Whether bookmarks wait for the program that writes the file to end.
    """

    def __init__(self, file: h5py.File, number: int, descriptor: int, path: Path) -> None:
        self.number = number
        self._path = path
        self._descriptor = descriptor
        group = file[episode_name(number)]
        text = read_text(group, RUN)
        shared = run_from_json(text, lambda model: read_surfaces(file, model))
        info: RunInfo = with_own_numbers(shared, group)
        layout = read_layout(group, info)
        self._n_muscles = len(info.geometry.muscle_names)
        self._datasets = checked_datasets(group, layout, self._n_muscles, os.fstat(descriptor).st_size)
        self._rows = FileRows(self._datasets, descriptor, layout)
        self.recording = Recording(info, stored=self._rows)
        prefix = f"{INFOS}/"
        self.infos = tuple(name.removeprefix(prefix) for name in self._datasets if name.startswith(prefix))
        self.recording.info_names, self.recording.read_info = self.infos, self.info_values
        self.recording.outcome = self._read_outcome()
        self._check_frames()
        self._read_bookmarks()
        self.recording.keep_bookmarks = self._keep_bookmarks
        self.has_unwritten_bookmarks = False

    def attach(self, file: h5py.File, n_file_bytes: int) -> None:
        """Go on with the same episode of the same file, opened anew."""
        group = file[episode_name(self.number)]
        self._datasets = checked_datasets(group, self._rows.layout, self._n_muscles, n_file_bytes)
        self._rows.attach(self._datasets)

    def take_new_frames(self) -> int:
        """Make what came with `attach` part of the recording; return how many frames that are."""
        if self.recording.outcome is None:
            self.recording.outcome = self._read_outcome()
        n_new = self.recording.take_stored()
        if not self.has_unwritten_bookmarks:
            self._read_bookmarks()
        return n_new

    def write_bookmarks(self) -> None:
        """Write bookmarks that had to wait, for another program was writing the file; `RecordingError` if it fails."""
        # Tried once: a file that cannot be written is told once.
        self.has_unwritten_bookmarks = False
        annotate(self._path, self.number, self.recording.bookmarks)

    def info_values(self, name: str) -> Array:
        """Return a reported number of all frames, shape (n,), NaN at the reset; `KeyError` if there is none."""
        values = np.full(len(self.recording), np.nan)
        # The last ones may be missing where the writer was killed.
        found = self._datasets[f"{INFOS}/{name}"][: len(values)]
        values[: len(found)] = found
        return values

    def verify(self, first_block: int = 0) -> Iterator[int]:
        """Compare the frames with their checksums, block by block, yielding each block's number.

        Raises
        ------
        RecordingError
            At the first block that is not as it was written.
        """
        for block in range(first_block, self._rows.n_checked_blocks):
            if (block * BLOCK_ROWS) >= len(self.recording):
                return
            fault = self._rows.fault_in(block)
            if fault:
                raise RecordingError(f"{self._path.name}, episode {self.number}: {fault}")
            yield block

    def _keep_bookmarks(self, bookmarks: tuple[Bookmark, ...]) -> None:
        self.has_unwritten_bookmarks = True
        # They wait where the writer is another program: `RecordingFile.refresh` sees it end.
        if not has_writer(self._descriptor, self._path):
            self.write_bookmarks()

    def _read_bookmarks(self) -> None:
        try:
            self.recording.restore_bookmarks(read_bookmarks(self._datasets.get(BOOKMARKS), len(self.recording)))
        except RecordingError as error:
            self.recording.notice = f"{self._path.name}: {error}."

    def _read_outcome(self) -> Outcome | None:
        return _outcome_in(self._datasets[OUTCOME])

    def _check_frames(self) -> None:
        times = self.recording.time_s()
        if len(times) and not (np.isfinite(times).all() and (np.diff(times) > 0.0).all()):
            raise RecordingError("its times do not run forwards; the file was changed or is damaged")
        for block in self.verify():
            if block >= _BLOCKS_CHECKED_AT_ONCE:
                return


class RecordingFile:
    """An open recording file.

    Parameters
    ----------
    path : Path
        The file.

    Attributes
    ----------
    path : Path
        As given.
    provenance : dict of str to str
        Versions, hashes and settings.

    Raises
    ------
    RecordingError
        If it cannot be read: one sentence.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._episodes: dict[int, StoredEpisode] = {}
        self._descriptor = -1
        self._file: h5py.File | None = None
        self._stamp: tuple[int, int] | None = None
        self._ended: dict[int, EpisodeSummary] = {}
        finish_left_change(self.path)
        try:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            self._retried(self._open)
        except READ_ERRORS as error:
            self.close()
            raise self._told(error) from error

    def __enter__(self) -> "RecordingFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def n_episodes(self) -> int:
        """How many episodes the file has."""
        return len(self._numbers)

    @property
    def is_live(self) -> bool:
        """Whether somebody is still writing it."""
        return self._descriptor >= 0 and has_writer(self._descriptor, self.path)

    def episode(self, number: int = -1) -> StoredEpisode:
        """Return an episode, negative numbers from the last one back.

        Raises
        ------
        RecordingError
            If there is none of that number, or it is damaged.
        """
        if self._file is None:
            raise RecordingError(f"{self.path.name} was closed")
        if not -len(self._numbers) <= number < len(self._numbers):
            raise RecordingError(f"{self.path.name} has {len(self._numbers)} episodes, none of number {number}")
        number = self._numbers[number]
        if number not in self._episodes:
            try:
                self._retried(lambda: self._read_episode(number))
            except READ_ERRORS as error:
                raise self._told(error) from error
        return self._episodes[number]

    def summaries(self) -> list[EpisodeSummary]:
        """Return all episodes in one line each, their frames not looked at; `RecordingError` if one is damaged."""
        if self._file is None:
            raise RecordingError(f"{self.path.name} was closed")
        found: list[EpisodeSummary] = []

        def look() -> None:
            assert self._file is not None
            # What has ended stays as it is: a file of a long training has thousands of episodes.
            found[:] = [
                self._ended.get(number) or _summary(self._file[episode_name(number)], number)
                for number in self._numbers
            ]

        try:
            self._retried(look)
        except READ_ERRORS as error:
            raise self._told(error) from error
        self._ended = {summary.number: summary for summary in found if summary.outcome is not None}
        return found

    def refresh(self) -> int:
        """Take up what was written since by a program that is still recording; return how many frames came.

        Raises
        ------
        RecordingError
            If the file can no longer be read.
        """
        if self._descriptor < 0:
            raise RecordingError(f"{self.path.name} was closed")
        self._write_waiting_bookmarks()
        if self._stamp is not None and self._stamp == self._stamp_now():
            return 0
        n_before = self._n_frames()
        try:
            self._retried(self._take_up)
        except READ_ERRORS as error:
            raise self._told(error) from error
        return self._n_frames() - n_before

    def close(self) -> None:
        """Let go of the file; its recordings can no longer be read. Idempotent."""
        self._episodes.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _n_frames(self) -> int:
        return sum(len(episode.recording) for episode in self._episodes.values())

    def _take_up(self) -> None:
        self._open()
        for episode in self._episodes.values():
            episode.take_new_frames()

    def _write_waiting_bookmarks(self) -> None:
        for episode in self._episodes.values():
            if episode.has_unwritten_bookmarks and not self.is_live:
                try:
                    episode.write_bookmarks()
                except RecordingError as error:
                    episode.recording.notice = f"The bookmarks are kept for this sitting only: {error}"

    def _open(self) -> None:
        """Open the file, or look at it anew: HDF5 does not see what came since through a handle that is open."""
        stamp, written_ns = self._stamp_now(), os.fstat(self._descriptor).st_mtime_ns
        if self._file is not None:
            self._file.close()
            self._file = None
        check_file(self._descriptor)
        self._file = open_as_it_is(self._descriptor)
        self.provenance: dict[str, str] = json.loads(self._file.attrs.get("provenance", "{}"))
        self._numbers = episode_numbers(self._file)
        for episode in self._episodes.values():
            episode.attach(self._file, stamp[0])
        # What is written in the same moment has the same time: then the next look must not rely on it.
        self._stamp = stamp if time.time_ns() - written_ns > _MOMENT_NS else None

    def _read_episode(self, number: int) -> None:
        assert self._file is not None
        self._episodes[number] = StoredEpisode(self._file, number, self._descriptor, self.path)

    def _stamp_now(self) -> tuple[int, int]:
        status = os.fstat(self._descriptor)
        return status.st_size, status.st_mtime_ns

    def _retried(self, work: Callable[[], None]) -> None:
        """Do it again where a writer was changing the file that very moment."""
        for attempt in range(_ATTEMPTS):
            try:
                with reading_structure(self._descriptor):
                    if attempt and work not in (self._open, self._take_up):
                        self._open()
                    work()
            except READ_ERRORS:
                # A writer that is gone now may have been there a moment ago, in the middle of ending its file.
                if attempt == _ATTEMPTS - 1 or (attempt >= _ATTEMPTS_AT_REST and not self.is_live):
                    raise
                time.sleep(_PAUSE_S)
            else:
                return

    def _told(self, error: Exception) -> RecordingError:
        if isinstance(error, RecordingError):
            words = str(error)
            return error if words.startswith(str(self.path.name)) else RecordingError(f"{self.path.name}: {words}")
        if isinstance(error, FileNotFoundError):
            return RecordingError(f"there is no file {self.path}")
        if isinstance(error, IsADirectoryError):
            return RecordingError(f"{self.path} is a folder, not a recording")
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            return RecordingError(f"{self.path.name} cannot be opened: too many files are open; close some of them")
        if isinstance(error, PermissionError):
            return RecordingError(f"{self.path} may not be read; ask its owner for the right to")
        return RecordingError(f"{self.path.name} cannot be read; the file is damaged or was cut short")


def _summary(group: h5py.Group, number: int) -> EpisodeSummary:
    times, returns, rewards = (group[dataset_of(name)] for name in ("time_s", RETURN_FIELD, "reward"))
    for dataset in (times, returns, rewards):
        if dataset.ndim != 1 or dataset.dtype.kind != "f":
            raise RecordingError(f"{dataset.name} is no list of numbers; the file was changed")
    last = min(len(times), len(returns), len(rewards) + 1) - 1
    total = float(returns[last]) if last >= 0 else 0.0
    if total == 0.0 and last > 0 and np.isnan(rewards[:last]).all():
        total = math.nan
    return EpisodeSummary(
        number=number,
        n_steps=max(last, 0),
        total_reward=total,
        time_s=float(times[last]) if last >= 0 else 0.0,
        outcome=_outcome_in(group[OUTCOME]),
    )


def _outcome_in(dataset: h5py.Dataset) -> Outcome | None:
    if dataset.ndim != 1 or dataset.shape[0] > _MOST_OUTCOME_BYTES:
        raise RecordingError("its note of how the run ended is damaged")
    raw = dataset[:]
    return outcome_from_json(bytes(raw).decode("utf-8")) if len(raw) else None
