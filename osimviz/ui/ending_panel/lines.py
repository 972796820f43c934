"""The lines of the panel that are painted: the condition that ended the run, and what else is known of its end."""

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme

_LINE_PX, _ROW_PX = 24, 18
#: From the left edge to the words behind the mark; what stays empty beside the words.
_MARK_PX, _GAP_PX = 22, 32


class Headline(QWidget):
    """A mark, the condition in bold, the step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(_LINE_PX)
        self._theme = theme
        self._what, self._when, self._is_bad = "", "", False

    def show_words(self, what: str, when: str, *, is_bad: bool) -> None:
        """Show a condition and its step."""
        self._what, self._when, self._is_bad = what, when, is_bad
        self.setToolTip(f"{what} ({when})")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        colour = "bad" if self._is_bad else "text_weak"
        icon("end-mark", self._theme.palette[colour]).paint(painter, 0, 4, 16, 16)
        weak, strong = self._theme.font(), self._theme.font(bold=True)
        when = self._when
        needed = (
            QFontMetrics(strong).horizontalAdvance(self._what) + QFontMetrics(weak).horizontalAdvance(when) + _GAP_PX
        )
        if needed > self.width():
            # The condition matters more than the time, which the step tells as well.
            when = when.split(" · ")[0]
        width = QFontMetrics(weak).horizontalAdvance(when)
        painter.setFont(weak)
        painter.setPen(self._theme.colour("text_mid"))
        painter.drawText(QRectF(self.width() - width, 0, width + 1, _LINE_PX), Qt.AlignVCenter, when)
        painter.setFont(strong)
        painter.setPen(self._theme.colour("text"))
        room = self.width() - width - _GAP_PX
        text = QFontMetrics(strong).elidedText(self._what, Qt.ElideRight, room)
        painter.drawText(QRectF(_MARK_PX, 0, room, _LINE_PX), Qt.AlignVCenter, text)
        painter.end()


class ValueRows(QWidget):
    """Names at the left, values at the right; of a value without room its first part is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[str, str]] = []

    def show_rows(self, found: list[tuple[str, str]]) -> None:
        """Show name and value pairs."""
        self._rows = found
        self.setFixedHeight(_ROW_PX * len(found))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setFont(self._theme.font())
        metrics = QFontMetrics(self._theme.font())
        for row, (name, value) in enumerate(self._rows):
            box = QRectF(0, _ROW_PX * row, self.width(), _ROW_PX)
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(box, Qt.AlignVCenter, name)
            room = self.width() - metrics.horizontalAdvance(name) - 12
            if metrics.horizontalAdvance(value) > room:
                value = value.split(", ")[0]
            painter.setPen(self._theme.colour("text"))
            painter.drawText(box, Qt.AlignVCenter | Qt.AlignRight, value)
        painter.end()
