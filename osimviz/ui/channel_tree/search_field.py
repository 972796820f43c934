"""The search field: a lens, the words, how many channels match, and a button that clears it."""

from PyQt5.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QLineEdit, QToolButton

from osimviz.ui.commands import key_of
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.wording import counted

_HEIGHT_PX, _LENS_PX, _BUTTON_PX = 28, 16, 20
#: Below this width the count stands without the total.
_NARROW_PX = 270


class SearchField(QLineEdit):
    """A field for words to search.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    left_downwards()
        Down or Enter was pressed: on to the first match.
    """

    left_downwards = pyqtSignal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._n_found, self._n_all = 0, 0
        self.setFixedHeight(_HEIGHT_PX)
        self.setAccessibleName("Search channels")
        self._clear = QToolButton(self)
        self._clear.setProperty("flat", True)
        self._clear.setStyleSheet("min-height: 0px;")
        self._clear.setFocusPolicy(Qt.NoFocus)
        self._clear.setCursor(Qt.ArrowCursor)
        self._clear.setIconSize(QSize(14, 14))
        self._clear.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        self._clear.setToolTip("Clear the search (Esc)")
        self._clear.setAccessibleName("Clear the search")
        self._clear.hide()
        self._clear.clicked.connect(self._on_clear_clicked)
        self.textChanged.connect(self._on_text_changed)
        self.set_theme(theme)
        self.show_counts(0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._clear.setIcon(icon("close", theme.palette["text"]))
        self.update()

    def show_counts(self, n_found: int, n_all: int) -> None:
        """Show how many channels match."""
        self._n_found, self._n_all = n_found, n_all
        self.setPlaceholderText(f"Search {counted(n_all, 'channel')}" if n_all else "Search channels")
        self._place_text()
        self.update()

    def note(self) -> str:
        """Return what stands at the right: the counts, or the key that leads here."""
        if not self.text():
            return "" if self.hasFocus() else key_of("search")
        return f"{self._n_found}" if self.width() < _NARROW_PX else f"{self._n_found} of {self._n_all}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's override: Esc clears, Down and Enter go on to the list."""
        if event.key() == Qt.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key_Down, Qt.Key_Return, Qt.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt's override: the note changes with the focus."""
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._clear.move(self.width() - _BUTTON_PX - 5, (self.height() - _BUTTON_PX) // 2)
        self._place_text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: lens and note."""
        super().paintEvent(event)
        painter = QPainter(self)
        lens = QRect(8, (self.height() - _LENS_PX) // 2, _LENS_PX, _LENS_PX)
        icon("search", self._theme.palette["text_weak"]).paint(painter, lens)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(
            self.rect().adjusted(0, 0, -self._note_margin(), 0), Qt.AlignRight | Qt.AlignVCenter, self.note()
        )

    def _note_margin(self) -> int:
        return _BUTTON_PX + 11 if self.text() else 10

    def _place_text(self) -> None:
        width = self.fontMetrics().horizontalAdvance(self.note() or key_of("search"))
        self.setTextMargins(_LENS_PX + 3, 0, width + self._note_margin() - 4, 0)

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._place_text()

    def _on_clear_clicked(self) -> None:
        self.clear()
        self.setFocus()
