"""Undo and redo of the window's layout."""

from collections.abc import Callable, Mapping

from PyQt5.QtCore import QByteArray, QObject, QTimer

Layout = Mapping[str, QByteArray]
#: A drag of a divider is one change: it counts when it has rested so long, ms.
_REST_MS = 300
_MOST_STEPS = 50


class LayoutHistory(QObject):
    """Remembers the layouts that were; a layout is whatever the window says it is.

    Parameters
    ----------
    read : callable
        Returns the layout as it is.
    restore : callable
        Puts a layout in place.
    """

    def __init__(self, read: Callable[[], Layout], restore: Callable[[Layout], None], parent: QObject) -> None:
        super().__init__(parent)
        self._read = read
        self._restore = restore
        self._past: list[Layout] = []
        self._future: list[Layout] = []
        self._present: Layout | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.settle)

    def start(self) -> None:
        """Begin with the layout as it is, with nothing to undo."""
        self._timer.stop()
        self._past, self._future = [], []
        self._present = dict(self._read())

    def changed(self) -> None:
        """Take note that the layout is being changed; what comes within a moment is one change."""
        self._timer.start()

    def settle(self) -> None:
        """Keep the change that was going on, if there was one."""
        self._timer.stop()
        layout = dict(self._read())
        if self._present is not None and layout != self._present:
            self._past = [*self._past, self._present][-_MOST_STEPS:]
            self._future = []
            self._present = layout

    def undo(self) -> bool:
        """Put the layout before the last change in place; returns whether there was one."""
        self.settle()
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Put the layout back that was undone last; returns whether there was one."""
        self.settle()
        return self._go(self._future, self._past)

    def _go(self, source: list[Layout], target: list[Layout]) -> bool:
        if not source or self._present is None:
            return False
        target.append(self._present)
        self._present = source.pop()
        self._restore(self._present)
        # Restoring moves dividers, which is no change of the user's.
        self._timer.stop()
        self._present = dict(self._read())
        return True
