"""The card of a first start: what runs, and what to do next."""

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from osimviz.ui.commands import COMMANDS, key_text
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme

_OFFERED = ("open", "play", "keys")


class FirstSteps(QFrame):
    """A card over the 3D view, until it is closed.

    Signals
    -------
    command_requested(str)
        The user chose a command.
    dismissed()
        The user closed the card.
    """

    command_requested = pyqtSignal(str)
    dismissed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("first_steps")
        self._rows = [_CommandRow(command_id) for command_id in _OFFERED]
        title = QLabel("<b>This is an example</b>")
        hint = QLabel("Drag the timeline to look back.")
        hint.setProperty("strength", "weak")
        files = QLabel("Controller files can also be dropped here.")
        files.setProperty("strength", "weak")
        self._close = QToolButton()
        self._close.setProperty("flat", True)
        self._close.setFixedSize(24, 24)
        self._close.setFocusPolicy(Qt.TabFocus)
        self._close.setToolTip("Close, and do not show it again")
        self._close.clicked.connect(self._on_close_clicked)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 10, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(hint)
        for row in self._rows:
            column.addWidget(row)
            row.clicked.connect(self._on_row_clicked)
        column.addWidget(files)
        self.setFixedWidth(268)
        self.move(12, 12)
        self.set_theme(theme)
        self.adjustSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        palette = theme.palette
        self._close.setIcon(icon("close", palette["text_mid"]))
        self.setStyleSheet(
            f"QFrame#first_steps {{ background: {palette['panel']}; border-radius: 3px; }}"
            f"QPushButton {{ background: transparent; border: none; text-align: left; padding: 0; }}"
            f"QPushButton:hover {{ background: {palette['hover']}; }}"
        )
        for row in self._rows:
            row.set_theme(theme)

    def _on_row_clicked(self) -> None:
        row = self.sender()
        assert isinstance(row, _CommandRow)
        self.command_requested.emit(row.command_id)

    def _on_close_clicked(self) -> None:
        self.hide()
        self.dismissed.emit()


class _CommandRow(QPushButton):
    """An offered command: icon, words, key."""

    def __init__(self, command_id: str) -> None:
        command = next(command for command in COMMANDS if command.id == command_id)
        super().__init__(f"  {command.text.removesuffix(' …')}")
        self.command_id = command_id
        self._icon = command.icon or "search"
        self.setFixedHeight(28)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.TabFocus)
        key = QLabel(key_text(command))
        key.setProperty("strength", "weak")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.addStretch(1)
        row.addWidget(key)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setIcon(icon(self._icon, theme.palette["accent"]))
