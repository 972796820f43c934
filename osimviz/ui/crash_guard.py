"""The hook for what nobody caught: PyQt5 ends the process on an exception in a slot unless there is one."""

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

_log = logging.getLogger(__name__)


class CrashGuard:
    """Logs an unforeseen exception with its traceback and tells the user once; the program goes on.

    Parameters
    ----------
    tell : callable
        Called in the GUI thread with one sentence and the traceback's text; each different sentence once.
    """

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self._previous = sys.excepthook

    def install(self) -> None:
        """Take the place of Python's hook."""
        sys.excepthook = self._on_exception

    def close(self) -> None:
        """Give Python's hook back. Idempotent."""
        sys.excepthook = self._previous

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
            self._tell(sentence, text)
