"""A file being drawn, as a Qt object: the drawing process is heard in the window's own loop."""

from PyQt5.QtCore import QObject, QSocketNotifier, pyqtSignal

from osimviz.film.tasks import DrawingTask

#: Answers taken at once, so that keys and playback get their turn between them.
_AT_ONCE = 8


class TaskLink(QObject):
    """Follows a film or a picture until it is over.

    Signals
    -------
    progressed()
        More of it is done.
    ended()
        It is finished, failed or cancelled; see `DrawingTask.fault`.

    Parameters
    ----------
    task : DrawingTask
        What is made; closed with this object.
    """

    progressed = pyqtSignal()
    ended = pyqtSignal()

    def __init__(self, task: DrawingTask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._notifier = QSocketNotifier(task.fileno(), QSocketNotifier.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)

    def close(self) -> None:
        """Cancel what is not finished. Idempotent; emits nothing."""
        # Before the descriptor is closed: Qt would listen to whatever gets its number next.
        self._notifier.setEnabled(False)
        self.task.cancel()

    def cancel(self) -> None:
        """End it at once."""
        if not self.task.is_over:
            self.close()
            self.ended.emit()

    def _on_notifier_activated(self) -> None:
        self._notifier.setEnabled(False)
        for _ in range(_AT_ONCE):
            if not self.task.has_answer():
                break
            self.task.take()
        if self.task.is_over:
            self.ended.emit()
            return
        self._notifier.setEnabled(True)
        self.progressed.emit()
