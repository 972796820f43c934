"""The hooks for what nobody caught: PyQt5 ends the process on an exception in a slot unless there is one."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PyQt5.QtCore import QObject, Qt, pyqtSignal

_log = logging.getLogger(__name__)


class CrashGuard(QObject):
    """Logs an unforeseen exception with its traceback and tells the user once; the program goes on.

    Parameters
    ----------
    tell : callable
        Called in the GUI thread with one sentence and the traceback's text; each different sentence once.

    Signals
    -------
    caught(str, str)
        Carries an exception of any thread to the GUI thread.
    """

    caught = pyqtSignal(str, str)

    def __init__(self, tell: Callable[[str, str], None], parent: QObject) -> None:
        super().__init__(parent)
        self.caught.connect(tell, Qt.QueuedConnection)
        self._told: set[str] = set()
        self._previous, self._previous_of_threads = sys.excepthook, threading.excepthook

    def install(self) -> None:
        """Take the place of Python's hooks: that of the window's thread and Qt's, and that of Python's own threads."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def close(self) -> None:
        """Give Python's hooks back. Idempotent."""
        sys.excepthook, threading.excepthook = self._previous, self._previous_of_threads

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._on_exception(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._previous(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _log.critical("unforeseen %s: %s", kind.__name__, error)
        _log.debug("%s", text)
        sentence = f"Unforeseen {kind.__name__}: {error}"
        if sentence not in self._told:
            self._told.add(sentence)
            self.caught.emit(sentence, text)
