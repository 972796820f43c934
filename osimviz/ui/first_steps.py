"""The tour of a first start: three hints over the 3D view, one after the other, each with the command that does it."""

from dataclasses import dataclass

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from osimviz.ui.commands import COMMANDS, key_text
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Hint:
    """One card of the tour.

    Attributes
    ----------
    title, text : str
        What it is about, and what to do.
    commands : tuple of str
        What is offered below, by the names in the table of commands.
    """

    title: str
    text: str
    commands: tuple[str, ...]


HINTS = (
    Hint(
        "This is an example",
        "Every step is kept. Drag the timeline below to look back, or go step by step.",
        ("play", "step_back", "next_event"),
    ),
    Hint(
        "When it falls",
        "When a run has ended, go to where the fall began, or find the steps at which something holds.",
        ("departure", "find", "search"),
    ),
    Hint(
        "Now your own",
        "Open a controller or a recording, or drop its file here. Every command is one key away.",
        ("open", "palette", "keys"),
    ),
)
_WIDTH_PX = 268
#: Left, top, right, bottom.
_MARGINS_PX = (16, 10, 10, 12)


class FirstSteps(QFrame):
    """A card over the 3D view, until it is closed or its last hint was read.

    Signals
    -------
    command_requested(str)
        The user chose a command.
    dismissed()
        The user closed the card, or finished the tour: it is not shown again.
    """

    command_requested = pyqtSignal(str)
    dismissed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("first_steps")
        self._number = 0
        self._rows = [_CommandRow(command_id, self) for hint in HINTS for command_id in hint.commands]
        self._title = QLabel()
        self._title.setTextFormat(Qt.RichText)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("strength", "weak")
        self._close = QToolButton()
        self._close.setProperty("flat", True)
        self._close.setFixedSize(24, 24)
        self._close.setFocusPolicy(Qt.TabFocus)
        self._close.setToolTip("Close, and do not show these hints again")
        self._close.clicked.connect(self._on_close_clicked)
        self._place = QLabel()
        self._place.setProperty("strength", "weak")
        self._next = QPushButton()
        self._next.setObjectName("next_hint")
        self._next.setFocusPolicy(Qt.TabFocus)
        self._next.clicked.connect(self._on_next_clicked)
        for row in self._rows:
            row.clicked.connect(self._on_row_clicked)
        self._lay_out()
        self.setFixedWidth(_WIDTH_PX)
        self.move(12, 12)
        self.set_theme(theme)
        self.show_hint(0)

    @property
    def hint(self) -> Hint:
        """The hint that is shown."""
        return HINTS[self._number]

    def show_hint(self, number: int) -> None:
        """Show one of the hints, from 0."""
        self._number = number
        self._title.setText(f"<b>{self.hint.title}</b>")
        self._text.setText(self.hint.text)
        for row in self._rows:
            row.setVisible(row.command_id in self.hint.commands)
        self._place.setText(f"{number + 1} of {len(HINTS)}")
        self._next.setText("Next" if number + 1 < len(HINTS) else "Done")
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        palette = theme.palette
        self._close.setIcon(icon("close", palette["text_mid"]))
        self.setStyleSheet(
            f"QFrame#first_steps {{ background: {palette['panel']}; border-radius: 3px; }}"
            f"QPushButton[offer=true] {{ background: transparent; border: none; text-align: left; padding: 0; }}"
            f"QPushButton[offer=true]:hover {{ background: {palette['hover']}; }}"
        )
        for row in self._rows:
            row.set_theme(theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._close)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 4, 6, 0)
        foot.addWidget(self._place)
        foot.addStretch(1)
        foot.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS_PX)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._text)
        for row in self._rows:
            column.addWidget(row)
        column.addLayout(foot)

    def _fit(self) -> None:
        """Take the height of the hint, whose words wrap: without a layout around the card Qt does not ask for it."""
        self._text.ensurePolished()
        # A label never asks for less than its least height, which is that of the hint before.
        self._text.setMinimumHeight(0)
        self._text.setFixedHeight(self._text.heightForWidth(_WIDTH_PX - _MARGINS_PX[0] - _MARGINS_PX[2]))
        self.layout().activate()
        self.setFixedHeight(self.layout().sizeHint().height())

    def _on_row_clicked(self) -> None:
        row = self.sender()
        assert isinstance(row, _CommandRow)
        self.command_requested.emit(row.command_id)

    def _on_next_clicked(self) -> None:
        if self._number + 1 < len(HINTS):
            self.show_hint(self._number + 1)
        else:
            self._on_close_clicked()

    def _on_close_clicked(self) -> None:
        self.hide()
        self.show_hint(0)
        self.dismissed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: fit again, for the fonts of the style are known now."""
        super().showEvent(event)
        self._fit()


class _CommandRow(QPushButton):
    """An offered command: icon, words, key."""

    def __init__(self, command_id: str, parent: QWidget) -> None:
        command = next(command for command in COMMANDS if command.id == command_id)
        super().__init__(f"  {command.text.removesuffix(' …')}", parent)
        self.command_id = command_id
        self.setProperty("offer", True)
        self._icon = command.icon or "search"
        self.setFixedHeight(28)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.TabFocus)
        self.setToolTip(command.help)
        key = QLabel(key_text(command))
        key.setProperty("strength", "weak")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.addStretch(1)
        row.addWidget(key)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setIcon(icon(self._icon, theme.palette["accent"]))
