"""Notices that the controller's file was changed by an editor, and says which key runs it again."""

from pathlib import Path

from PyQt5.QtCore import QFileSystemWatcher, QTimer

from osimviz.controller_names import parse_builtin
from osimviz.ui.commands import key_of
from osimviz.ui.main_window import MainWindow

#: An editor that replaces a file takes it away for a moment.
_SETTLE_MS = 200


class ChangeWatch:
    """Watches one file at a time.

    Parameters
    ----------
    window : MainWindow
        Its status line tells of changes.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._path = ""
        self._watcher = QFileSystemWatcher(window)
        self._watcher.fileChanged.connect(self._on_watcher_file_changed)
        self._settle = QTimer(window)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_settle_timeout)

    def watch(self, controller: str) -> None:
        """Watch the file of a controller, if it is one, and no other any more."""
        path = "" if parse_builtin(controller) is not None else str(Path(controller).expanduser().absolute())
        if path != self._path:
            self._release()
            self._path = path
            self._begin()

    def close(self) -> None:
        """Watch nothing any more. Idempotent."""
        self._settle.stop()
        self._release()

    def _begin(self) -> bool:
        return bool(self._path) and Path(self._path).exists() and bool(self._watcher.addPath(self._path))

    def _release(self) -> None:
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())

    def _on_watcher_file_changed(self, path: str) -> None:
        self._settle.start()

    def _on_settle_timeout(self) -> None:
        # A file that was replaced is another one for the system.
        self._release()
        if self._begin():
            self._window.status.show_notice(f"{Path(self._path).name} was changed: {key_of('reload')} runs it again")
