"""Write a recording while the run goes on; what was flushed survives whatever happens to the process or the disk."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Bookmark, Frame, Outcome, RunInfo
from osimviz.recording.bookmarks import write_bookmarks
from osimviz.recording.disk_room import DiskRoom
from osimviz.recording.episode_rows import EpisodeRows
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import BOOKMARKS, episode_name
from osimviz.recording.file_rows import FileRows
from osimviz.recording.file_structure import EpisodeBuilder, build_file
from osimviz.recording.fork_safety import leave_to_parent, note_writer
from osimviz.recording.liveness import hold_as_writer
from osimviz.recording.provenance import provenance_of
from osimviz.recording.row_layout import FrameColumns, RowLayout
from osimviz.recording.staging import content_bytes, copied_elsewhere, new_file, opened_for_appending, staged_change
from osimviz.recording.write_through import WriteThrough

log = logging.getLogger(__name__)

#: Longest time rows wait in memory; with the time a flush takes, less than a second is lost at a crash.
FLUSH_INTERVAL_S = 0.85


class RecordingWriter:
    """One recording file, written by one process, one thread.

    Parameters
    ----------
    path : Path
        The file; nothing may be there.
    provenance : mapping of str to str, optional
        Hashes and settings that only the caller knows; versions are added.

    Attributes
    ----------
    path : Path
        Where the recording is; another place once its folder was removed.
    notice : str
        A sentence for the user when that happened; empty before.

    Raises
    ------
    RecordingError
        If something is at `path`, or its folder is missing.
    """

    def __init__(self, path: Path, provenance: Mapping[str, str] | None = None) -> None:
        self.path = Path(path).absolute()
        self.notice = ""
        self._provenance = provenance_of(provenance)
        self._file: h5py.File | None = None
        self._descriptor = -1
        self._n_bytes = 0
        self._episode = -1
        self._builder = EpisodeBuilder()
        self._ended: tuple[int, int] | None = None
        self._rows: EpisodeRows | None = None
        self._memory: Array | None = None
        self._layout: RowLayout | None = None
        self._flushed_s = 0.0
        self._room: DiskRoom | None = None
        self._stored: FileRows | None = None
        self._sync: WriteThrough | None = None
        self._is_closed = False
        if self.path.exists() or self.path.is_symlink():
            raise RecordingError(f"{self.path} exists; choose another name, a recording never replaces a file")
        if not self.path.parent.is_dir():
            raise RecordingError(f"the folder of {self.path} does not exist; create it first")
        note_writer(self)

    @property
    def n_frames(self) -> int:
        """Frames of the present episode, those not yet flushed included."""
        return self._rows.n_frames if self._rows is not None else 0

    @property
    def stored(self) -> FileRows:
        """The present episode's flushed frames, for reading."""
        rows, layout = self._begun()
        if self._stored is None:
            self._stored = FileRows(rows.datasets, self._descriptor, layout)
        return self._stored

    def begin_episode(self, info: RunInfo, first: Frame, info_names: Sequence[str] = ()) -> None:
        """Begin an episode and take its reset; the episode before it is ended.

        Parameters
        ----------
        info : RunInfo
            What is known of the run.
        first : Frame
            The reset.
        info_names : sequence of str
            Numbers that come with every step, by name.

        Raises
        ------
        RecordingError
            If the file cannot be written.
        """
        self.begin_rows(info, RowLayout.of(first), info_names)
        self.append(first)
        self.flush()

    def begin_rows(self, info: RunInfo, layout: RowLayout, info_names: Sequence[str] = ()) -> None:
        """Begin an episode whose frames come as rows; `RecordingError` if the file cannot be written."""
        self._check_open()
        self.end_episode(None)
        number = self._episode + 1

        def build(file: h5py.File) -> None:
            if number == 0:
                build_file(file, self._provenance)
            self._builder.build(file, number, info, layout, info_names)

        try:
            if number == 0:
                new_file(self.path, build)
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
                self._n_bytes = os.fstat(self._descriptor).st_size
            else:
                self._stage(build)
            group = self._open(number)
        except FileExistsError:
            raise RecordingError(f"{self.path} exists; choose another name") from None
        except OSError as error:
            self._give_up(error)
        self._episode = number
        self._layout = layout
        self._stored = None
        self._rows = EpisodeRows(group, self._builder.growing, layout, info_names, self._memory)
        self._memory = self._rows.rows_memory
        self._flushed_s = time.monotonic()

    def append(self, frame: Frame, infos: Mapping[str, float] | None = None) -> None:
        """Take one frame; on disk within `FLUSH_INTERVAL_S` while frames keep coming, or with `flush`.

        Raises
        ------
        RecordingError
            If the disk is full or the file cannot be written any more; the frames flushed before are safe.
        ValueError
            If the frame's arrays have other shapes than the episode's first frame.
        """
        self._take(frame, infos or {})
        self.flush_if_due()

    def append_columns(self, columns: FrameColumns, infos: Sequence[Mapping[str, float]]) -> None:
        """Take frames, each with its infos, and put them into the file; raises as `append`."""
        rows, _ = self._begun()
        start, n_frames = 0, len(infos)
        while start < n_frames:
            stop = min(start + rows.n_free, n_frames)
            rows.take_columns(columns.part(start, stop), infos[start:stop])
            self.flush()
            start = stop

    def _begun(self) -> tuple[EpisodeRows, RowLayout]:
        if self._rows is None or self._layout is None:
            raise RecordingError("no episode is being recorded; begin one first")
        return self._rows, self._layout

    def _take(self, frame: Frame, infos: Mapping[str, float]) -> None:
        rows, _ = self._begun()
        rows.take(frame, infos)
        if not rows.n_free:
            self.flush()

    def append_rows(
        self,
        rows: Array,
        points: list[Array],
        counts: list[NDArray[np.int32]],
        infos: Sequence[Mapping[str, float]] | None = None,
    ) -> None:
        """Take frames as rows, the return included, each with its infos; `RecordingError` as in `append`."""
        own, _ = self._begun()
        reported: Sequence[Mapping[str, float]] = [{}] * len(rows) if infos is None else infos
        for row, point, count, info in zip(rows, points, counts, reported, strict=True):
            own.take_row(row, point, count, info)
            if not own.n_free:
                self.flush()
        self.flush()

    def set_bookmarks(self, bookmarks: Sequence[Bookmark]) -> None:
        """Write the bookmarks of the present episode, in the place of those before; `RecordingError` as in `append`."""
        rows, _ = self._begun()
        try:
            write_bookmarks(rows.dataset(BOOKMARKS), bookmarks)
            rows.dataset(BOOKMARKS).file.flush()
        except (OSError, RuntimeError) as error:
            self._give_up(error)

    def annotate(self, number: int, bookmarks: Sequence[Bookmark]) -> None:
        """Write the bookmarks of an episode that was ended, while none grows; `RecordingError` as in `append`."""
        self._check_open()
        if self._rows is not None:
            raise RecordingError("an episode is being recorded; its file is annotated when that has ended")
        try:
            self._stage(lambda file: write_bookmarks(file[episode_name(number)][BOOKMARKS], bookmarks))
        except (OSError, RuntimeError) as error:
            self._give_up(error)

    def flush_if_due(self) -> None:
        """Flush what has waited for `FLUSH_INTERVAL_S`: for a timer, where frames may stop coming."""
        if self._rows is not None and self._rows.n_waiting and time.monotonic() - self._flushed_s >= FLUSH_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        """Put every frame taken so far into the file; `RecordingError` as in `append`."""
        if self._rows is None or self._file is None or not self._rows.n_waiting:
            return
        try:
            if not self._is_in_place():
                self._move_away()
            refusal = None
            try:
                self._take_room()
            except OSError as error:
                refusal = error
            self._rows.write()
            self._file.flush()
        except (OSError, RuntimeError) as error:
            self._give_up(error)
        if refusal is not None:
            # The room taken for the flush before holds this one too: the last frames are safe as well.
            self._give_up(refusal)
        self._flushed_s = time.monotonic()
        if self._sync is None:
            self._sync = WriteThrough(self._descriptor)
        self._sync.request()
        if self._stored is not None:
            self._stored.count_frames()

    def end_episode(self, outcome: Outcome | None) -> None:
        """End the present episode; nothing happens if there is none.

        Parameters
        ----------
        outcome : Outcome or None
            How it ended, if that is known.
        """
        if self._rows is None or self._file is None:
            return
        self.flush()
        try:
            self._rows.finish(outcome)
            self._file.flush()
            # For Minari alone, and a change of the structure takes 7 ms: it waits for the next one.
            self._ended = self._episode, max(self._rows.n_frames - 1, 0)
            self._rows = None
            self._stored = None
        except (OSError, RuntimeError) as error:
            self._give_up(error)

    def close(self) -> None:
        """End the recording. Idempotent; `RecordingError` if the last frames could not be written."""
        if self._is_closed:
            return
        try:
            self.end_episode(None)
            self._note_end()
        finally:
            self._release()
            self._is_closed = True

    def _note_end(self) -> None:
        """Write the number of steps of the last episode; that of others went with the start of the next one."""
        if self._ended is not None:
            try:
                self._stage(lambda _: None)
            except (OSError, RuntimeError) as error:
                self._give_up(error)

    def abandon(self) -> None:
        """Let go of the file without writing to it again: in the child of a fork, whose parent goes on. Idempotent."""
        self._rows = None
        self._stored = None
        self._sync = None
        self._is_closed = True
        if self._file is not None:
            leave_to_parent(self._file)
            self._file = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _check_open(self) -> None:
        if self._is_closed:
            raise RecordingError(f"the recording {self.path} was ended")

    def _open(self, number: int) -> h5py.Group:
        """Open the file for appending and return an episode's group; every flush leaves a readable file then."""
        self._file = opened_for_appending(self.path)
        hold_as_writer(self._descriptor)
        self._room = DiskRoom(self._descriptor, self._n_bytes)
        self._take_room()
        return self._file[episode_name(number)]

    def _stage(self, change: Callable[[h5py.File], None]) -> None:
        """Change the file's structure, with HDF5's own handles closed meanwhile."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._n_bytes = content_bytes(self._descriptor)
        with staged_change(self._descriptor, self._n_bytes) as file:
            if self._ended is not None:
                number, n_steps = self._ended
                file[episode_name(number)].attrs.modify("total_steps", n_steps)
                self._ended = None
            change(file)
        # Nothing lies behind the content once it is changed.
        self._n_bytes = os.fstat(self._descriptor).st_size

    def _take_room(self) -> None:
        assert self._file is not None
        assert self._room is not None
        waiting = self._rows.n_waiting_bytes if self._rows is not None else 0
        self._room.take(self._file.id.get_filesize(), self._builder.block_bytes + waiting)

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._descriptor))  # noqa: PTH116
        except OSError:
            return False

    def _move_away(self) -> None:
        """Go on in another place: the file or its folder was removed, and its content is still held open here."""
        assert self._file is not None
        assert self._rows is not None
        n_bytes = self._file.id.get_filesize()
        self._file.close()
        target = copied_elsewhere(self._descriptor, n_bytes, self.path)
        self._end_sync()
        os.close(self._descriptor)
        self._descriptor = os.open(target, os.O_RDWR | os.O_CLOEXEC)
        self.notice = f"{self.path} was removed while it was written; the recording goes on in {target}."
        log.warning("%s", self.notice)
        self.path, self._n_bytes = target, n_bytes
        self._rows.attach(self._open(self._episode))
        self._stored = None

    def _end_sync(self) -> None:
        if self._sync is not None:
            self._sync.close()
            self._sync = None

    def _release(self) -> None:
        self._rows = None
        self._stored = None
        self._builder.close()
        self._end_sync()
        if self._file is not None:
            try:
                n_bytes = self._file.id.get_filesize()
                self._file.close()
                os.ftruncate(self._descriptor, n_bytes)
            except (OSError, RuntimeError) as error:
                log.info("a recording was left as last flushed: %s (%s)", error, self.path)
            self._file = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _give_up(self, error: Exception) -> None:
        """Stop recording for good and say why."""
        n_safe = self._rows.n_written if self._rows is not None else 0
        self._release()
        self._is_closed = True
        reason = (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())
        raise RecordingError(
            f"the recording stopped: {reason} ({self.path}); the {n_safe} frames written before are safe"
        ) from error
