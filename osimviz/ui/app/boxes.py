"""Boxes that tell something and stop nothing, and the sentence where there is nothing to do it with."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMessageBox, QWidget

from osimviz.ui.commands import key_of


def nothing_yet(what: str) -> str:
    """Return the sentence on a command that needs a run: ``There is no picture yet: Ctrl+R …``."""
    return f"There is {what} yet: {key_of('run')} runs the controller, {key_of('open')} opens a recording"


def show_warning(parent: QWidget, sentence: str) -> None:
    """Tell what could not be done."""
    box = QMessageBox(QMessageBox.Warning, "osimviz", sentence, QMessageBox.Ok, parent)
    box.setAttribute(Qt.WA_DeleteOnClose)
    box.open()


def show_crash(parent: QWidget, sentence: str, details: str) -> None:
    """Tell of an error nobody foresaw, with its traceback behind a button."""
    box = QMessageBox(QMessageBox.Critical, "osimviz", sentence, QMessageBox.Ok, parent)
    box.setInformativeText("osimviz goes on; what was recorded is kept.")
    box.setDetailedText(details)
    box.setAttribute(Qt.WA_DeleteOnClose)
    box.open()
