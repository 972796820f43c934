"""How a dialog is opened: one of a kind, which stops nothing that runs."""

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QWidget


def open_once(parent: QWidget, name: str, make: Callable[[], QDialog]) -> None:
    """Open a dialog, or bring it to the front if it is open: two of a kind would show different things.

    Parameters
    ----------
    parent : QWidget
        The window it belongs to.
    name : str
        What kind it is, as its object name.
    make : callable
        Makes it, as a child of `parent`; it is deleted when it is closed.
    """
    present = next((dialog for dialog in parent.findChildren(QDialog, name) if dialog.isVisible()), None)
    if present is not None:
        present.raise_()
        present.activateWindow()
        return
    made = make()
    made.setObjectName(name)
    made.setAttribute(Qt.WA_DeleteOnClose)
    made.setModal(False)
    made.show()
