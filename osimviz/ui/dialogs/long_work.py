"""A dialog for work that may take long in the window's thread: how far it is, and a way out."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QProgressDialog, QWidget

#: Work that is done sooner shows no dialog, ms.
_PATIENCE_MS = 400


class LongWork:
    """Shows progress for the time of a ``with`` block.

    Parameters
    ----------
    parent : QWidget
        The window that has to wait.
    title : str
        What is done.
    """

    def __init__(self, parent: QWidget, title: str) -> None:
        self._dialog = QProgressDialog(title, "Cancel", 0, 100, parent)
        self._dialog.setWindowTitle("osimviz")
        self._dialog.setWindowModality(Qt.WindowModal)
        self._dialog.setMinimumDuration(_PATIENCE_MS)
        self._dialog.setValue(0)

    def __enter__(self) -> "LongWork":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def note(self, share: float) -> bool:
        """Show that this share is done, 0 to 1, and let the window live; return whether to go on."""
        # At its last value the dialog closes by itself; the work may still have a file to finish.
        self._dialog.setValue(min(round(100 * share), 99))
        return not self._dialog.wasCanceled()

    def close(self) -> None:
        """Take the dialog away. Idempotent."""
        self._dialog.reset()
        self._dialog.hide()
        self._dialog.deleteLater()
