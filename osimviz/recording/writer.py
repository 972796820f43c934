"""Write a recording while the run goes on; what was flushed survives whatever happens to the process or the disk."""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Bookmark, Frame, Outcome, RunInfo
from osimviz.recording.bookmarks import write_bookmarks
from osimviz.recording.episode_rows import EpisodeRows
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import BOOKMARKS, OUTCOME, episode_name
from osimviz.recording.file_rows import FileRows
from osimviz.recording.file_structure import build_episode, build_file, chunk_bytes, datasets_of, same_model
from osimviz.recording.fork_safety import leave_to_parent, note_writer
from osimviz.recording.liveness import hold_as_writer
from osimviz.recording.provenance import provenance_of
from osimviz.recording.row_layout import RETURN_FIELD, RowLayout
from osimviz.recording.run_json import outcome_to_json
from osimviz.recording.staging import free_name, new_file, staged_change
from osimviz.recording.write_through import WriteThrough

log = logging.getLogger(__name__)

#: Longest time rows wait in memory; with the time a flush takes, less than a second is lost at a crash.
FLUSH_INTERVAL_S = 0.85
#: Room kept beyond what is written, so that ending a recording on a full disk needs none.
_SPARE_BYTES = 2**20


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
        self._infos: list[RunInfo] = []
        self._rows: EpisodeRows | None = None
        self._layout: RowLayout | None = None
        self._return = 0.0
        self._flushed_s = 0.0
        self._reserved_bytes = 0
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
    def is_recording(self) -> bool:
        """Whether an episode is open."""
        return self._rows is not None

    @property
    def stored(self) -> FileRows:
        """The present episode's flushed frames, for reading."""
        if self._rows is None or self._layout is None:
            raise RecordingError("no episode is being recorded")
        if self._stored is None:
            self._stored = FileRows(self._rows.datasets, self._descriptor, self._layout)
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
        model = next((k for k, known in enumerate(self._infos) if same_model(known, info)), number)
        try:
            if self._file is None and number == 0:

                def build(file: h5py.File) -> None:
                    build_file(file, self._provenance)
                    build_episode(file, number, info, layout, info_names, model)

                new_file(self.path, build)
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
                self._n_bytes = os.fstat(self._descriptor).st_size
            else:
                self._stage(lambda file: build_episode(file, number, info, layout, info_names, model))
            datasets = self._open(number)
        except FileExistsError:
            raise RecordingError(f"{self.path} exists; choose another name") from None
        except OSError as error:
            self._give_up(error)
        self._infos.append(info)
        self._episode = number
        self._layout = layout
        self._return = 0.0
        self._stored = None
        self._rows = EpisodeRows(datasets, layout, info_names)
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

    def append_frames(self, frames: Sequence[Frame], infos: Sequence[Mapping[str, float]]) -> None:
        """Take frames, each with its infos, and put them into the file; raises as `append`."""
        for frame, own in zip(frames, infos, strict=True):
            self._take(frame, own)
        self.flush()

    def _take(self, frame: Frame, infos: Mapping[str, float]) -> None:
        if self._rows is None or self._layout is None:
            raise RecordingError("no episode is being recorded; begin one first")
        row = self._rows.next_row()
        self._layout.pack(frame, row)
        self._return += frame.reward if np.isfinite(frame.reward) else 0.0
        row[self._layout.offsets[RETURN_FIELD]] = self._return
        self._rows.add(frame.path_points_m, frame.path_counts, infos)
        if self._rows.is_full:
            self.flush()

    def append_rows(self, rows: Array, points: list[Array], counts: list[NDArray[np.int32]]) -> None:
        """Take frames as rows, the return included; `RecordingError` as in `append`."""
        if self._rows is None:
            raise RecordingError("no episode is being recorded; begin one first")
        for row, point, count in zip(rows, points, counts, strict=True):
            self._rows.next_row()[:] = row
            self._rows.add(point, count, {})
            if self._rows.is_full:
                self.flush()
        self.flush()

    def set_bookmarks(self, bookmarks: Sequence[Bookmark]) -> None:
        """Write the bookmarks of the present episode, in the place of those before; `RecordingError` as in `append`."""
        if self._rows is None or self._file is None:
            raise RecordingError("no episode is being recorded")
        try:
            write_bookmarks(self._rows.datasets[BOOKMARKS], bookmarks)
            self._file.flush()
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
            refusal = self._refused_room()
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
            if outcome is not None:
                text = np.frombuffer(outcome_to_json(outcome).encode(), dtype=np.uint8)
                dataset = self._rows.datasets[OUTCOME]
                dataset.resize((len(text),))
                dataset[:] = text
            self._file.flush()
            number, n_steps = self._episode, max(self._rows.n_frames - 1, 0)
            self._rows = None
            self._stored = None
            self._stage(lambda file: file[episode_name(number)].attrs.modify("total_steps", n_steps))
        except (OSError, RuntimeError) as error:
            self._give_up(error)

    def close(self) -> None:
        """End the recording. Idempotent; `RecordingError` if the last frames could not be written."""
        if self._is_closed:
            return
        try:
            self.end_episode(None)
        finally:
            self._release()
            self._is_closed = True

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

    def _open(self, number: int) -> dict[str, h5py.Dataset]:
        """Open the file for appending and return an episode's datasets; every flush leaves a readable file then."""
        access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
        bound = h5py.h5f.LIBVER_V110
        access.set_libver_bounds(bound, bound)
        # HDF5's own locks would keep other programs from reading along.
        access.set_file_locking(False, False)
        flags = h5py.h5f.ACC_RDWR | h5py.h5f.ACC_SWMR_WRITE
        self._file = h5py.File(h5py.h5f.open(os.fsencode(self.path), flags, access))
        hold_as_writer(self._descriptor)
        datasets = datasets_of(self._file[episode_name(number)])
        self._chunk_bytes = chunk_bytes(datasets)
        self._reserved_bytes = self._n_bytes
        self._reserve()
        return datasets

    def _stage(self, change: Callable[[h5py.File], None]) -> None:
        """Change the file's structure, with HDF5's own handles closed meanwhile."""
        if self._file is not None:
            self._n_bytes = self._file.id.get_filesize()
            self._file.close()
            self._file = None
        with staged_change(self._descriptor, self._n_bytes) as file:
            change(file)
            file.flush()
            size = file.id.get_filesize()
        self._n_bytes = size
        os.ftruncate(self._descriptor, size)

    def _reserve(self) -> None:
        """Take room for the next flush: a full disk is met here, where the file is whole, and not inside HDF5."""
        assert self._file is not None
        waiting = self._rows.n_waiting_bytes if self._rows is not None else 0
        needed = self._file.id.get_filesize() + 2 * (self._chunk_bytes + waiting) + _SPARE_BYTES
        if needed > self._reserved_bytes:
            os.posix_fallocate(self._descriptor, self._reserved_bytes, needed - self._reserved_bytes)
            self._reserved_bytes = needed

    def _refused_room(self) -> OSError | None:
        try:
            self._reserve()
        except OSError as error:
            return error
        return None

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
        folder = next((parent for parent in self.path.parents if parent.is_dir() and os.access(parent, os.W_OK)), None)
        if folder is None or len(folder.parts) < 2:
            folder = Path(tempfile.gettempdir())
        target = free_name(folder / self.path.name)
        with open(self._descriptor, "rb", closefd=False) as source, target.open("xb") as copy:
            source.seek(0)
            shutil.copyfileobj(source, copy, 2**20)
            copy.truncate(n_bytes)
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
