"""Write every run of a sitting while it grows: one file, an episode for each run."""

from pathlib import Path

from osimviz.frames import Bookmark, Frame, Outcome
from osimviz.recording.errors import RecordingError
from osimviz.recording.store import Recording
from osimviz.recording.writer import RecordingWriter


class RunKeeper:
    """The file of a sitting; a file that cannot be written ends the keeping, never a run.

    Parameters
    ----------
    path : Path
        The file, made with the first frame; nothing may be there then.

    Attributes
    ----------
    notice : str
        Why nothing is kept any more, or where the file is now, as a sentence for the user; empty before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: RecordingWriter | None = None
        self._recording: Recording | None = None
        self._number = -1
        self._waiting: dict[int, tuple[Bookmark, ...]] = {}
        self._has_failed = False
        self.notice = ""

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path if self._writer is None else self._writer.path

    @property
    def has_file(self) -> bool:
        """Whether something was written."""
        return self._writer is not None

    def take(self, recording: Recording, frame: Frame) -> None:
        """Write a frame that was appended to a recording; the first one of another recording begins an episode."""
        if self._has_failed:
            return
        try:
            if self._writer is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._writer = RecordingWriter(self._path)
            if recording is self._recording:
                self._writer.append(frame)
            else:
                self._begin(recording, frame)
            self.notice = self._writer.notice
        except (RecordingError, OSError, ValueError) as error:
            self._give_up(error)

    def end(self, outcome: Outcome | None) -> None:
        """End the present episode; nothing happens if there is none."""
        if self._writer is None or self._has_failed:
            return
        try:
            self._writer.end_episode(outcome)
            self._recording = None
            self._write_waiting()
        except RecordingError as error:
            self._give_up(error)

    def flush_if_due(self) -> None:
        """Write what has waited long enough, where frames stopped coming."""
        if self._writer is None or self._has_failed:
            return
        try:
            self._writer.flush_if_due()
        except RecordingError as error:
            self._give_up(error)

    def close(self) -> None:
        """Complete the file. Idempotent."""
        self.end(None)
        if self._writer is not None:
            try:
                self._writer.close()
            except RecordingError as error:
                self._give_up(error)

    def _begin(self, recording: Recording, first: Frame) -> None:
        assert self._writer is not None
        self._writer.begin_episode(recording.info, first)
        self._recording = recording
        self._number += 1
        number = self._number

        def keep(bookmarks: tuple[Bookmark, ...]) -> None:
            self._keep_bookmarks(number, recording, bookmarks)

        recording.keep_bookmarks = keep

    def _keep_bookmarks(self, number: int, recording: Recording, bookmarks: tuple[Bookmark, ...]) -> None:
        if self._writer is None or self._has_failed:
            raise RecordingError("the recording stopped before")
        if recording is self._recording:
            self._writer.set_bookmarks(bookmarks)
            return
        # The file's structure is at rest only while no episode grows.
        self._waiting[number] = bookmarks
        if self._recording is None:
            self._write_waiting()

    def _write_waiting(self) -> None:
        assert self._writer is not None
        for number, bookmarks in self._waiting.items():
            self._writer.annotate(number, bookmarks)
        self._waiting.clear()

    def _give_up(self, error: Exception) -> None:
        self._has_failed = True
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self.notice = f"The runs are no longer written to a file: {what}."


def sweep(folder: Path, *, n_kept: int, bytes_kept: int) -> None:
    """Remove the oldest recordings of a folder, those that nobody writes, until few enough are left."""
    from osimviz.recording.liveness import is_being_written

    try:
        files = sorted(folder.glob("*.h5"), key=lambda path: path.stat().st_mtime, reverse=True)
        n_bytes = 0
        for number, path in enumerate(files):
            n_bytes += path.stat().st_size
            if (number >= n_kept or n_bytes > bytes_kept) and number > 0 and not is_being_written(path):
                path.unlink()
    except OSError:
        # Another window sweeps the same folder.
        return
