"""The foot of the export dialog: what will be made, the command line that makes it, progress, buttons."""

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from osimviz.ui.theme import Theme
from osimviz.wording import capitalised


class Footer(QWidget):
    """Words, command line, progress and buttons.

    Signals
    -------
    export_requested(), cancel_requested(), close_requested()
        The button was pressed.
    copy_requested(str)
        The command line is wanted in the clipboard.
    """

    export_requested = pyqtSignal()
    cancel_requested = pyqtSignal()
    close_requested = pyqtSignal()
    copy_requested = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_bad = False
        self.command = QLineEdit()
        self.command.setObjectName("command")
        self.command.setReadOnly(True)
        self.command.setToolTip("The same from a terminal, without a window")
        self.words = QLabel()
        self.words.setObjectName("words")
        self.words.setWordWrap(True)
        self._note = QLabel()
        self._note.setProperty("strength", "weak")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.copy_button = QPushButton("Copy")
        self.export_button = QPushButton("Export …")
        self.cancel_button = QPushButton("Cancel")
        self.close_button = QPushButton("Close")
        self.export_button.setDefault(True)
        for button in (self.copy_button, self.cancel_button, self.close_button):
            button.setAutoDefault(False)
        self._lay_out()
        self.copy_button.clicked.connect(self._on_copy_button_clicked)
        self.export_button.clicked.connect(self.export_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.close_button.clicked.connect(self.close_requested)
        self.set_busy(False)

    def show_command(self, text: str, note: str) -> None:
        """Show the command line, if there is one, and what is to be known of it."""
        self.command.setText(text)
        self.command.setCursorPosition(0)
        self.command.setVisible(bool(text))
        self.copy_button.setVisible(bool(text))
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def show_words(self, words: str, *, is_bad: bool) -> None:
        """Say what will be made, was made, or is wrong; a sentence gets its capital letter here."""
        self._is_bad = is_bad
        self.words.setText(capitalised(words))
        self.words.setStyleSheet(f"color: {self._theme.palette['bad' if is_bad else 'text_mid']}")

    def show_progress(self, n_done: int, n_pictures: int, remaining_s: float | None) -> None:
        """Show how far a film is."""
        self.progress.setMaximum(max(n_pictures, 1))
        self.progress.setValue(n_done)
        left = f" · {remaining_s:.0f} s left" if remaining_s is not None else ""
        self.show_words(f"Picture {n_done} of {n_pictures}{left}", is_bad=False)

    def set_busy(self, is_busy: bool) -> None:
        """Offer to cancel while something is made, and to begin while nothing is."""
        self._buttons.setCurrentIndex(1 if is_busy else 0)
        self.progress.setVisible(is_busy)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.show_words(self.words.text(), is_bad=self._is_bad)

    def _lay_out(self) -> None:
        command_row = QHBoxLayout()
        command_row.setSpacing(6)
        command_row.addWidget(self.command, 1)
        command_row.addWidget(self.copy_button)
        self._buttons = QStackedWidget()
        self._buttons.addWidget(self.export_button)
        self._buttons.addWidget(self.cancel_button)
        self._buttons.setFixedWidth(120)
        last_row = QHBoxLayout()
        last_row.setSpacing(8)
        last_row.addWidget(self.words, 1)
        last_row.addWidget(self._buttons)
        last_row.addWidget(self.close_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(command_row)
        rows.addWidget(self._note)
        rows.addWidget(self.progress)
        rows.addLayout(last_row)

    def _on_copy_button_clicked(self) -> None:
        self.copy_requested.emit(self.command.text())
