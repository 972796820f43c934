"""The line at the bottom: what is true now, in words, and what to press next."""

from PyQt5.QtCore import QRectF, QSize, Qt, QTimer
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from osimviz.ui.commands import with_keys
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

#: How long a notice stays, ms.
_NOTICE_MS = 8000
_BETWEEN = "  ·  "
#: Of a hint that is cut to fewer letters nothing is shown.
_FEWEST_LETTERS = 3
_DOT_COLOURS = {"good": "good", "warn": "warn", "bad": "bad", "idle": "text_weak"}


class StatusLine(QWidget):
    """A dot, a sentence, a hint; the run's numbers at the right. Long texts are cut with an ellipsis, never clipped."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(24)
        self._theme = theme
        self._view: ViewState | None = None
        self._notice = ""
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(_NOTICE_MS)
        self._forget.timeout.connect(self._on_forget_timeout)

    def show_view(self, view: ViewState) -> None:
        """Show the words of a view state."""
        if self._view is None or view.phase != self._view.phase:
            self._notice = ""
        self._view = view
        self._show_tip()
        self.update()

    def show_notice(self, text: str) -> None:
        """Show a sentence in place of the hint for some seconds, or until the run's phase changes."""
        self._notice = text
        self._forget.start()
        self._show_tip()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def _show_tip(self) -> None:
        """Keep whole in the tooltip what the line may have to cut."""
        view = self._view
        words = (view.status, self._notice or with_keys(view.hint)) if view is not None else (self._notice,)
        self.setToolTip("\n".join(text for text in words if text))

    def _on_forget_timeout(self) -> None:
        self._notice = ""
        self._show_tip()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(400, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.fillRect(self.rect(), self._theme.colour("window"))
        if self._view is not None:
            self._paint_words(painter, self._view)
        painter.end()

    def _paint_words(self, painter: QPainter, view: ViewState) -> None:
        font = self._theme.font()
        painter.setFont(font)
        metrics = QFontMetrics(font)
        summary_width = metrics.horizontalAdvance(view.summary)
        right = self.width() - 12
        painter.setPen(self._theme.colour("text_mid"))
        painter.drawText(QRectF(right - summary_width, 0, summary_width + 2, 24), Qt.AlignVCenter, view.summary)
        painter.setPen(Qt.NoPen)
        painter.setBrush(self._theme.colour(_DOT_COLOURS[view.tone]))
        painter.drawEllipse(QRectF(12, 8, 8, 8))
        x = 28.0
        room = right - summary_width - 24 - x
        sentence = metrics.elidedText(view.status, Qt.ElideRight, int(room))
        painter.setPen(self._theme.colour("text"))
        painter.drawText(QRectF(x, 0, room, 24), Qt.AlignVCenter, sentence)
        used = metrics.horizontalAdvance(sentence)
        hint = self._notice or with_keys(view.hint)
        hint = metrics.elidedText(f"{_BETWEEN}{hint}", Qt.ElideRight, int(room - used)) if hint else ""
        if len(hint) > len(_BETWEEN) + _FEWEST_LETTERS:
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(QRectF(x + used, 0, room - used, 24), Qt.AlignVCenter, hint)
