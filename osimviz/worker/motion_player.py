"""The parent's side of playing a motion through a model: a child process that writes a recording. No OpenSim here."""

import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from osimviz.child_processes import without_current_folder
from osimviz.recording.errors import RecordingError
from osimviz.worker.motion_files import write_motion

#: Seconds after which a child that said nothing counts as hung: a model takes 1-3 s to load, a row 2 ms.
_PATIENCE_S = 120.0


class MotionPlayer:
    """One motion on its way to becoming a recording.

    Parameters
    ----------
    model, motion : Path
        The model (``.osim``) and the motion (``.sto``, ``.mot``).
    target : Path
        The recording to write; nothing may be there.

    Attributes
    ----------
    share : float
        How much is done, 0 to 1.

    Raises
    ------
    RecordingError
        If one of the files is missing.
    """

    def __init__(self, model: Path, motion: Path, target: Path) -> None:
        for path, what in ((model, "model"), (motion, "motion")):
            if not path.is_file():
                raise RecordingError(f"there is no {what} {path}")
        self._names = f"{motion.name} through {model.name}"
        self._target = target
        self._is_done = False
        self.share = 0.0
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe(duplex=False)
        self._child = spawn.Process(
            target=write_motion, args=(theirs, model, motion, target), name="motion", daemon=True
        )
        with without_current_folder():
            self._child.start()
        theirs.close()
        self._is_closed = False

    def wait(self, timeout_s: float) -> bool:
        """Wait at most so long for news; returns whether the recording is written.

        Raises
        ------
        RecordingError
            If there will be none: one sentence.
        """
        try:
            while not self._is_done and self._connection.poll(timeout_s):
                news = self._connection.recv()
                if isinstance(news, str):
                    if news:
                        raise RecordingError(news)
                    self._is_done = True
                else:
                    self.share = float(news)
                timeout_s = 0.0
        except (EOFError, OSError) as error:
            raise RecordingError(f"OpenSim ended while it played {self._names}") from error
        return self._is_done

    def close(self) -> None:
        """End the child; a recording that is not complete is removed. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._connection.close()
        if not self._is_done:
            self._child.kill()
        self._child.join()
        self._child.close()
        if not self._is_done:
            self._target.unlink(missing_ok=True)


def motion_to_recording(model: Path, motion: Path, target: Path) -> None:
    """Write a recording of a motion: positions, speeds and, where the file has them, activations.

    Parameters
    ----------
    model, motion : Path
        The model (``.osim``) and the motion (``.sto``, ``.mot``).
    target : Path
        The recording to write; nothing may be there.

    Raises
    ------
    RecordingError
        If one of the files cannot be used, or they do not fit together.
    """
    player = MotionPlayer(model, motion, target)
    try:
        share = -1.0
        while not player.wait(_PATIENCE_S):
            if player.share == share:
                raise RecordingError(f"{motion.name} has not moved on for {_PATIENCE_S:g} s; it is given up")
            share = player.share
    finally:
        player.close()


@contextmanager
def played_motion(model: Path, motion: Path) -> Iterator[Path]:
    """Give the recording of a motion for the time of a ``with`` block; `RecordingError` as `motion_to_recording`."""
    with tempfile.TemporaryDirectory(prefix="osimviz-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / f"{motion.stem}.h5"
        motion_to_recording(model, motion, target)
        yield target
