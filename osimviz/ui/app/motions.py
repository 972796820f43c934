"""Open motions in the window: a child process plays them through their model while the window goes on."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer

from osimviz.recording import RecordingError
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.dialogs.long_work import LongWork
from osimviz.ui.main_window import MainWindow
from osimviz.wording import capitalised
from osimviz.worker.motion_player import MotionPlayer

#: How often the child is asked how far it is.
_LOOK_MS = 50


class MotionOpening(QObject):
    """Motions on their way, one after the other.

    Parameters
    ----------
    window : MainWindow
        Where progress and faults are shown.
    show : callable
        Takes the recording that was made, and the motion it is of.
    """

    def __init__(self, window: MainWindow, show: Callable[[Path, Path], object]) -> None:
        super().__init__(window)
        self._window = window
        self._show = show
        self._waiting: list[tuple[Path, Path]] = []
        self._player: MotionPlayer | None = None
        self._work: LongWork | None = None
        #: The recording that is being made, and its motion.
        self._current: tuple[Path, Path] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._n_made = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self, model: Path, motion: Path) -> None:
        """Play a motion as soon as those before it are done.

        Raises
        ------
        RecordingError
            If a file is missing.
        """
        self._waiting.append((model, motion))
        if self._player is None:
            self._begin_next()

    def close(self) -> None:
        """Give up what is on its way, and remove what was made. Idempotent."""
        self._waiting.clear()
        self._end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _begin_next(self) -> None:
        if not self._waiting:
            return
        model, motion = self._waiting.pop(0)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="osimviz-", ignore_cleanup_errors=True)
        self._n_made += 1
        target = Path(self._folder.name) / f"{motion.stem}-{self._n_made}.h5"
        self._player = MotionPlayer(model, motion, target)
        self._current = (target, motion)
        self._work = LongWork(self._window, f"Playing {motion.name} through {model.name}")
        self._timer.start()

    def _look(self) -> None:
        if self._player is None or self._work is None or self._current is None:
            return
        try:
            is_done = self._player.wait(0.0)
        except RecordingError as error:
            self._end()
            show_warning(self._window, capitalised(str(error)))
            self._go_on()
            return
        recording, motion = self._current
        wants_more = self._work.note(self._player.share)
        if self._player is None:
            # The window lived on meanwhile, and was closed.
            return
        if is_done:
            self._end()
            self._show(recording, motion)
        elif not wants_more:
            self._end()
            self._window.status.show_notice("Cancelled; the motion was not opened")
        if self._player is None:
            self._go_on()

    def _go_on(self) -> None:
        try:
            self._begin_next()
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))
            self._go_on()

    def _end(self) -> None:
        self._timer.stop()
        self._current = None
        if self._player is not None:
            self._player.close()
            self._player = None
        if self._work is not None:
            self._work.close()
            self._work = None
