"""The question before a controller's code runs, and what was answered in this sitting."""

from html import escape
from pathlib import Path
from typing import Literal

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMessageBox, QWidget

from osimviz.controller_names import parse_builtin
from osimviz.trust import N_NAMED, Inspection, TrustStore, inspect
from osimviz.ui.app.boxes import show_warning
from osimviz.wording import capitalised, file_size

#: Imports listed at most; the others are counted.
_N_LISTED = 12

#: ``harmless`` runs none of its author's code, ``trusted`` may, ``refused`` is not to be run.
Consent = Literal["harmless", "trusted", "refused"]


class ConsentKeeper:
    """Asks before code runs; "Run Once" holds for the file until the window closes.

    A Python file may change meanwhile: its author works on it. Any other file is asked about again when it changed.

    Parameters
    ----------
    parent : QWidget
        Where the question opens.
    trusted : str
        A file that the command line vouches for (``--trust``); empty for none.
    """

    def __init__(self, parent: QWidget, trusted: str = "") -> None:
        self._parent = parent
        self._vouched = Path(trusted).expanduser().absolute() if trusted else None
        #: By path: what the file was, as `_mark` says.
        self._given: dict[Path, str] = {}
        #: By path: when the file was last changed, and what it was then. A large file takes seconds to be read.
        self._seen: dict[str, tuple[tuple[int, int, int], Inspection]] = {}

    def vouch_for(self, path: Path) -> None:
        """Let a file run as if the user had said yes: the program itself wrote it."""
        inspection = inspect(path)
        self._given[inspection.path] = _mark(inspection)

    def ask(self, controller: str) -> Consent:
        """Find out whether a controller may run; asks only where neither file, folder nor an earlier answer says it.

        Nothing of the file is executed. GUI thread; blocks while the question is open.
        """
        if parse_builtin(controller) is not None:
            return "harmless"
        try:
            inspection = self._inspected(controller)
        except OSError as error:
            show_warning(self._parent, f"{controller} cannot be read: {error.strerror or error}")
            return "refused"
        if inspection.fault:
            show_warning(self._parent, f"{capitalised(inspection.fault)}. {inspection.hint}")
            return "refused"
        if inspection.is_harmless:
            return "harmless"
        is_given = inspection.path == self._vouched or self._given.get(inspection.path) == _mark(inspection)
        if is_given or TrustStore().trusts(inspection.path) or self._is_allowed(inspection):
            return "trusted"
        return "refused"

    def _inspected(self, controller: str) -> Inspection:
        status = Path(controller).expanduser().stat()
        change = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._seen.get(controller, (None, None))[0] != change:
            self._seen[controller] = (change, inspect(controller))
        return self._seen[controller][1]

    def _is_allowed(self, inspection: Inspection) -> bool:
        box = _question(inspection, self._parent)
        once = box.addButton("Run Once", QMessageBox.AcceptRole)
        trust = box.addButton("Trust This Folder", QMessageBox.YesRole)
        trust.setToolTip(f"Run every controller below {inspection.path.parent} without a question, now and later")
        once.setToolTip("Run this file until the window is closed")
        box.addButton(QMessageBox.Cancel)
        box.setDefaultButton(QMessageBox.Cancel)
        box.exec_()
        chosen = box.clickedButton()
        box.deleteLater()
        if chosen not in (once, trust):
            return False
        self._given[inspection.path] = _mark(inspection)
        if chosen is trust:
            try:
                TrustStore().add(inspection.path.parent)
            except OSError as error:
                show_warning(self._parent, f"The folder could not be remembered: {error.strerror or error}")
        return True


def _mark(inspection: Inspection) -> str:
    """Return what an answer holds for: any contents of a Python file, these contents only of another one."""
    return "python" if inspection.form == "python" else inspection.sha256


def _question(inspection: Inspection, parent: QWidget) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("Run this controller?")
    # Qt makes the box as narrow as it can.
    box.setStyleSheet("QLabel#qt_msgbox_informativelabel { min-width: 420px; }")
    box.setTextFormat(Qt.RichText)
    box.setText(f"<b>Run {escape(inspection.path.name)}?</b>")
    paragraphs = [escape(capitalised(inspection.sentence))]
    # The sentence names the first few.
    if len(inspection.imports) > N_NAMED:
        listed = "<br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(name)}" for name in inspection.imports[:_N_LISTED])
        n_more = len(inspection.imports) - _N_LISTED
        paragraphs.append(f"It uses:<br>{listed}" + (f"<br>… and {n_more} more" if n_more > 0 else ""))
    paragraphs.append(
        f"{escape(str(inspection.path))}<br>{file_size(inspection.size_bytes)}, SHA-256 {inspection.sha256[:16]}…"
    )
    # Of a Python file the sentence says so already.
    warning = "" if inspection.form == "python" else "A controller is a program: it can do whatever you can. "
    paragraphs.append(f"{warning}It runs in a process of its own.")
    box.setInformativeText("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
    return box
