"""Write every run of a sitting while it grows: one file, an episode for each run."""

import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from osimviz.frames import Bookmark, Frame, Outcome
from osimviz.recording.errors import RecordingError
from osimviz.recording.store import Recording
from osimviz.recording.writer import FLUSH_INTERVAL_S, RecordingWriter


class RunKeeper:
    """The file of a sitting, written by a thread of its own; a file that cannot be written never ends a run.

    Its methods are called from one thread and return at once, `wait` and `close` excepted.

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
        self.notice = ""
        self._path = path
        self._works: SimpleQueue[Callable[[], object] | threading.Event | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._taken: Recording | None = None
        self._n_taken = 0
        # From here on the thread's own.
        self._writer: RecordingWriter | None = None
        self._recording: Recording | None = None
        self._waiting: dict[int, tuple[Bookmark, ...]] = {}
        self._has_failed = False

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        writer = self._writer
        return self._path if writer is None else writer.path

    def take(self, recording: Recording, frame: Frame) -> None:
        """Write a frame that was appended to a recording; the first one of another recording begins an episode."""
        is_new = recording is not self._taken
        self._do(lambda: self._take(recording, frame))
        if is_new:
            self._taken = recording
            # Here and not in the thread: the caller may add to what keeps the bookmarks at once.
            self._follow_bookmarks(recording, self._n_taken)
            self._n_taken += 1

    def end(self, outcome: Outcome | None) -> None:
        """End the present episode; nothing happens if there is none."""
        self._taken = None
        if self._thread is not None:
            self._do(lambda: self._end(outcome))

    def wait(self) -> None:
        """Return when everything that was asked for so far is done."""
        if self._thread is not None:
            done = threading.Event()
            self._works.put(done)
            done.wait()

    def close(self) -> None:
        """Complete the file. Idempotent."""
        self._is_closed = True
        thread, self._thread = self._thread, None
        if thread is not None:
            self._works.put(None)
            thread.join()

    def _do(self, work: Callable[[], object]) -> None:
        if self._has_failed or self._is_closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="run-keeper", daemon=True)
            self._thread.start()
        self._works.put(work)

    def _run(self) -> None:
        while True:
            try:
                work = self._works.get(timeout=FLUSH_INTERVAL_S)
            except Empty:
                # Frames stopped coming: a run that is paused, or waits for a slow step.
                work = self._writer.flush_if_due if self._writer is not None else None
                if work is None:
                    continue
            else:
                if work is None:
                    break
            if isinstance(work, threading.Event):
                work.set()
            else:
                self._carry_out(work)
        self._carry_out(lambda: self._end(None))
        if self._writer is not None:
            self._carry_out(self._writer.close)

    def _carry_out(self, work: Callable[[], object]) -> None:
        if self._has_failed:
            return
        try:
            work()
        except (RecordingError, OSError, ValueError) as error:
            self._has_failed = True
            what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self.notice = f"The runs are no longer written to a file: {what}."

    def _take(self, recording: Recording, frame: Frame) -> None:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = RecordingWriter(self._path)
        if recording is self._recording:
            self._writer.append(frame)
        else:
            self._begin(recording, frame)
        self.notice = self._writer.notice

    def _end(self, outcome: Outcome | None) -> None:
        if self._writer is None:
            return
        self._writer.end_episode(outcome)
        self._recording = None
        self._write_waiting()

    def _begin(self, recording: Recording, first: Frame) -> None:
        assert self._writer is not None
        self._writer.begin_episode(recording.info, first)
        self._recording = recording

    def _follow_bookmarks(self, recording: Recording, number: int) -> None:
        def keep(bookmarks: tuple[Bookmark, ...]) -> None:
            self._do(lambda: self._keep_bookmarks(number, recording, bookmarks))

        recording.keep_bookmarks = keep
        if recording.bookmarks:
            keep(recording.bookmarks)

    def _keep_bookmarks(self, number: int, recording: Recording, bookmarks: tuple[Bookmark, ...]) -> None:
        if self._writer is None:
            return
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
