"""The question before a controller's code runs: files that are opened in the window may come from anywhere."""

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMessageBox, QWidget

from osimviz.trust import Inspection, TrustStore, inspect
from osimviz.ui.app_boxes import show_warning
from osimviz.wording import capitalised

#: Imports listed at most; the others are counted.
_N_LISTED = 12


def may_run(path: str, parent: QWidget) -> bool:
    """Return whether a controller file may be loaded: harmless, trusted, or the user says so now.

    Nothing of the file is executed. GUI thread; blocks while the question is open.
    """
    try:
        inspection = inspect(path)
    except OSError as error:
        show_warning(parent, f"{path} cannot be read: {error.strerror or error}")
        return False
    if inspection.fault:
        show_warning(parent, f"{capitalised(inspection.fault)}. {inspection.hint}")
        return False
    store = TrustStore()
    return store.may_load(inspection) or _ask(inspection, store, parent)


def _ask(inspection: Inspection, store: TrustStore, parent: QWidget) -> bool:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Question)
    box.setWindowTitle("Run this controller?")
    box.setTextFormat(Qt.PlainText)
    box.setText(capitalised(inspection.sentence))
    listed = "\n".join(inspection.imports[:_N_LISTED])
    more = f"\n… and {len(inspection.imports) - _N_LISTED} more" if len(inspection.imports) > _N_LISTED else ""
    box.setInformativeText(
        "A controller is a program: it can do whatever you can. It runs in a process of its own.\n\n"
        + (f"It uses:\n{listed}{more}" if listed else "")
    )
    once = box.addButton("Run Once", QMessageBox.AcceptRole)
    trust = box.addButton("Trust This Folder", QMessageBox.YesRole)
    box.addButton(QMessageBox.Cancel)
    box.setDefaultButton(QMessageBox.Cancel)
    box.exec_()
    chosen = box.clickedButton()
    box.deleteLater()
    if chosen is trust:
        try:
            store.add(Path(inspection.path).parent)
        except OSError as error:
            show_warning(parent, f"The folder could not be remembered: {error.strerror or error}")
    return chosen in (once, trust)
