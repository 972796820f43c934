"""A small field that asks for the note of a bookmark."""

from PyQt5.QtCore import QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget


class NotePopup(QFrame):
    """Takes one line; Enter keeps it, Esc or a click elsewhere leaves things as they were.

    Signals
    -------
    keep_requested(int, str)
        The bookmark of a step is to be kept, with this note.
    removal_requested(int)
        The bookmark of a step is to go.
    """

    keep_requested = pyqtSignal(int, str)
    removal_requested = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.Popup)
        self.setObjectName("note_popup")
        self.setFrameShape(QFrame.StyledPanel)
        self._step = 0
        self._title = QLabel()
        self._note = QLineEdit()
        self._note.setPlaceholderText("Note (may be empty) · Enter keeps it")
        self._note.setAccessibleName("Note of the bookmark")
        self._note.setMaxLength(500)
        self._note.setMinimumWidth(260)
        self._note.returnPressed.connect(self._on_note_return_pressed)
        self._remove = QPushButton("Remove")
        self._remove.setToolTip("Take this bookmark away")
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(self._on_remove_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        for part in (self._title, self._note, self._remove):
            row.addWidget(part)

    def ask(self, step: int, note: str | None, place: QPoint) -> None:
        """Ask for the note of a step's bookmark; `note` is None where there is none yet. `place` is on the screen."""
        self._step = step
        self._title.setText(f"Step {step}")
        self._note.setText(note or "")
        self._note.selectAll()
        self._remove.setVisible(note is not None)
        self.adjustSize()
        self.move(place - QPoint(0, self.height()))
        self.show()
        self._note.setFocus()

    def _on_note_return_pressed(self) -> None:
        self.hide()
        self.keep_requested.emit(self._step, self._note.text().strip())

    def _on_remove_clicked(self) -> None:
        self.hide()
        self.removal_requested.emit(self._step)
